// Improvement projects as rows. Every text in them has gone through the screen.
import { z } from 'zod'
import {
  type Branch,
  BRANCHES,
  isOver,
  NOTE_KINDS,
  type NoteKind,
  type Point,
  PROJECT_STATES,
  type ProjectState,
} from '../domain/project.ts'
import type { Instant } from '../words/clock.ts'
import type { FacilityId, PersonId, ProjectId } from '../words/ids.ts'
import type { Db } from './db.ts'

const projectRow = z.object({
  id: z.int(),
  facility_id: z.int(),
  facility: z.string(),
  problem: z.string(),
  aim: z.string(),
  indicator: z.string(),
  unit: z.enum(['percent', 'number']),
  target: z.int(),
  method: z.enum(['whys', 'fishbone']),
  status: z.enum(PROJECT_STATES),
  opened_at: z.number(),
})

export interface Project {
  readonly id: ProjectId
  readonly facilityId: FacilityId
  readonly facility: string
  readonly problem: string
  readonly aim: string
  readonly indicator: string
  readonly unit: 'percent' | 'number'
  readonly target: number
  readonly method: 'whys' | 'fishbone'
  readonly status: ProjectState
  readonly openedAt: Instant
}

const PROJECT = `select p.id, p.facility_id, f.name facility, p.problem, p.aim, p.indicator, p.unit, p.target, p.method,
  p.status, p.opened_at from project p join facility f on f.id = p.facility_id`

function projectOf(row: unknown): Project {
  const { id, facility_id, opened_at, ...rest } = projectRow.parse(row)
  return { ...rest, id: id as ProjectId, facilityId: facility_id as FacilityId, openedAt: opened_at }
}

export type NewProject = Omit<Project, 'id' | 'facility' | 'status' | 'openedAt'> & {
  readonly by: PersonId
  readonly at: Instant
}

export async function openProject(db: Db, project: NewProject): Promise<ProjectId> {
  const { facilityId, problem, aim, indicator, unit, target, method, by, at } = project
  const [row] = await db.query(
    `insert into project (facility_id, problem, aim, indicator, unit, target, method, opened_by, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000)) returning id`,
    [facilityId, problem, aim, indicator, unit, target, method, by, at],
  )
  return z.object({ id: z.int() }).parse(row).id as ProjectId
}

/** Locks a project while something is added to it. */
export async function projectForUpdate(db: Db, id: ProjectId): Promise<Project | undefined> {
  const [row] = await db.query(`${PROJECT} where p.id = $1 for update of p`, [id])
  return row ? projectOf(row) : undefined
}

/** The projects of places that are not over, or were so since `since`; the latest first. */
export async function projectsAt(
  db: Db,
  about: { places: readonly FacilityId[]; since: Instant; limit: number },
): Promise<Project[]> {
  const rows = await db.query(
    `${PROJECT} where p.facility_id = any($1) and (p.closed_at is null or p.closed_at >= to_timestamp($2::float8 / 1000))
     order by p.id desc limit $3`,
    [about.places, about.since, about.limit],
  )
  return rows.map(projectOf)
}

export async function setProjectStatus(
  db: Db,
  id: ProjectId,
  { status, at }: { status: ProjectState; at: Instant },
): Promise<void> {
  await db.query(
    `update project set status = $2, closed_at = case when $3 then to_timestamp($4::float8 / 1000) end where id = $1`,
    [id, status, isOver(status), at],
  )
}

export interface ProjectNote {
  readonly kind: NoteKind
  readonly branch: Branch | undefined
  readonly text: string
  readonly at: Instant
}

export async function addProjectNote(
  db: Db,
  id: ProjectId,
  note: ProjectNote & { readonly author: PersonId },
): Promise<void> {
  await db.query(
    `insert into project_note (project_id, kind, branch, text, author_id, at) values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000))`,
    [id, note.kind, note.branch ?? null, note.text, note.author, note.at],
  )
}

const noteRow = z.object({
  kind: z.enum(NOTE_KINDS),
  branch: z.enum(BRANCHES).nullable(),
  text: z.string(),
  at: z.number(),
})

/** What was noted of one kind or of several, in its order. */
export async function projectNotes(
  db: Db,
  id: ProjectId,
  kinds: readonly NoteKind[],
): Promise<ProjectNote[]> {
  const rows = await db.query(
    `select kind, branch, text, at from (
       select id, kind, branch, text, at from project_note where project_id = $1 and kind = any($2) order by id desc limit 30) last
     order by id`,
    [id, kinds],
  )
  return rows.map((row) => {
    const { branch, ...note } = noteRow.parse(row)
    return { ...note, branch: branch ?? undefined }
  })
}

/** Adds a figure; one of the same day by the same person was mistyped, and is put right. The baseline stands. */
export async function addPoint(
  db: Db,
  id: ProjectId,
  point: Point & { readonly by: PersonId; readonly at: Instant; readonly since: Instant },
): Promise<void> {
  await db.query(
    `delete from project_point where project_id = $1 and entered_by = $2 and at >= to_timestamp($3::float8 / 1000)
       and id > (select min(id) from project_point where project_id = $1)`,
    [id, point.by, point.since],
  )
  await db.query(
    `insert into project_point (project_id, cases, all_cases, entered_by, at) values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [id, point.cases, point.all ?? null, point.by, point.at],
  )
}

const pointRow = z.object({ cases: z.int(), all_cases: z.int().nullable(), at: z.number() })

export type PointAt = Point & { readonly at: Instant }

/** The indicator's figures in their order, the baseline first; the latest 60 of them and the baseline. */
export async function pointsOf(db: Db, id: ProjectId): Promise<PointAt[]> {
  const rows = await db.query(
    `select cases, all_cases, at from project_point where project_id = $1
       and (id = (select min(id) from project_point where project_id = $1)
         or id in (select id from project_point where project_id = $1 order by id desc limit 60))
     order by id`,
    [id],
  )
  return rows.map((row) => {
    const { cases, all_cases, at } = pointRow.parse(row)
    return { cases, all: all_cases ?? undefined, at }
  })
}
