declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Row ids: positive integers below 2^53, so that a JavaScript number holds them exactly. */
export type PersonId = Branded<number, 'person'>
export type AddressId = Branded<number, 'address'>
export type AttemptId = Branded<number, 'attempt'>
export type CaseId = Branded<number, 'case'>
export type ChallengeId = Branded<number, 'challenge'>
export type EvidenceId = Branded<number, 'evidence'>
export type FacilityId = Branded<number, 'facility'>
export type FileId = Branded<number, 'file'>
export type ObservationId = Branded<number, 'observation'>
export type VisitId = Branded<number, 'visit'>
export type TrainingId = Branded<number, 'training'>
export type ActionId = Branded<number, 'action'>
export type ProjectId = Branded<number, 'project'>
export type ReportId = Branded<number, 'report'>
export type MeetingId = Branded<number, 'meeting'>
export type SupervisionId = Branded<number, 'supervision'>
export type LessonId = Branded<number, 'lesson'>
export type GroupSessionId = Branded<number, 'group-session'>
export type FollowUpId = Branded<number, 'follow-up'>

/** The name of a flow: its file's name without the ending. */
export type FlowId = Branded<string, 'flow'>

/** The first 12 hex digits of the SHA-256 of a flow's content: the exact words a session runs on. */
export type FlowVersion = Branded<string, 'flow-version'>
