// What the chat page's test server says: real enough to be read on a screen, small enough to be known by heart.

export interface Reply {
  text: string
  choices?: { token: string; label: string }[]
}

/** Tuesday 5 March 2024, 14:05 in Kigali: the demo's first moment. */
export const CLINIC_START = Date.UTC(2024, 2, 5, 12, 5)

export const PEOPLE = [
  { id: 1, name: 'Joseph Habimana', role: 'mentee', cadre: 'nurse', facility: 'Gikomero Health Centre' },
  { id: 2, name: 'Claudine Uwase', role: 'mentee', cadre: 'midwife', facility: 'Gikomero Health Centre' },
  {
    id: 3,
    name: 'Amina Mukamana',
    role: 'health_centre_mentor',
    cadre: 'midwife',
    facility: 'Ruhango District Hospital',
  },
  { id: 4, name: 'Ruth Ingabire', role: 'district_coordinator', cadre: null, facility: null },
]

export const WELCOME: Reply[] = [
  {
    text: 'Hello Joseph!\n\nI am Preceptor. We go through short quizzes together, whenever it suits you.\nWhat would you like to do?',
    choices: [
      { token: 'quiz', label: 'Newborn resuscitation: start the quiz' },
      { token: 'scores', label: 'See my scores' },
      { token: 'hour', label: 'Choose my hour' },
    ],
  },
]

export const QUESTION: Reply = {
  text: 'Question 1 of 10\n\nA baby is born limp. You have dried her and rubbed her back, and she is still not breathing. By when must ventilation with bag and mask have begun?',
  choices: [
    { token: 'q1-a', label: 'Within 1 minute of birth' },
    { token: 'q1-b', label: 'Within 5 minutes of birth' },
    { token: 'q1-c', label: 'After oxygen has been found' },
    { token: 'q1-d', label: 'After the placenta is delivered' },
  ],
}

const FEEDBACK: Reply = {
  text: 'Right!\n\nThe first minute is the “Golden Minute”. Every further delay makes brain injury and death more likely.\n\nWhy not the others:\nB: five minutes without air is far too long.\nC: looking for oxygen loses the minute that counts.\nD: the baby cannot wait for the placenta.\n\nSource: Helping Babies Breathe (AAP), 2016',
}

const MORE: Reply = {
  text: 'Shall we go on?',
  choices: [
    { token: 'quiz', label: 'Yes' },
    { token: 'later', label: 'Later' },
  ],
}

/** What the script answers to a text or a tapped token. Free text is said back, so that markup would show. */
export function replyTo(words: string): Reply[] {
  if (words === 'quiz') return [QUESTION]
  if (words === 'q1-a' || /^a$/i.test(words)) return [FEEDBACK, MORE]
  return [{ text: `You wrote:\n${words}` }]
}
