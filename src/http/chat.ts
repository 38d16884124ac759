// The browser chat's door: one page, and the few requests it makes.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fileOf } from '../store/files.ts'
import { nextFollowUp } from '../store/follow-ups.ts'
import { giveAddress } from '../store/addresses.ts'
import { peopleOnRoster, type Person, personById } from '../store/people.ts'
import type { Seals } from '../store/seals.ts'
import { webBubbles } from '../store/web-bubbles.ts'
import type { Receiver } from '../usecases/receive-messages.ts'
import { type Clock, DAY } from '../words/clock.ts'
import type { FileId, PersonId } from '../words/ids.ts'
import { cleanText } from '../words/message.ts'
import { Problem } from '../words/problem.ts'
import { servePage } from './page.ts'
import { read } from './read.ts'
import { type LetterBox, type OpenStreams, stream } from './stream.ts'

export interface ChatOptions extends LetterBox {
  /** Takes in what the page sends; resolves when it is committed. */
  readonly receive: Receiver['receive']
  readonly seals: Seals
  readonly clock: Clock
  readonly timezone: string
  /** Only in the demo: anybody may be chosen, and the clock may be moved. */
  readonly demo: Demo | undefined
}

export interface Demo {
  /** To the next message of `person`, or of anybody. */
  skip(by: 'hour' | 'day' | 'next', person: PersonId | undefined): Promise<void>
}

/** A tab stays signed in this long after it was opened. */
const TALK_LASTS = DAY
const MOST_PEOPLE = 200

const signIn = z.union([
  z.strictObject({ person: z.int().positive() }),
  z.strictObject({ link: z.string().max(500) }),
])
const said = z.union([
  z.strictObject({ id: z.uuid(), text: z.string().max(20_000) }),
  z.strictObject({ id: z.uuid(), choice: z.string().max(100) }),
])
const fileAsked = z.strictObject({ id: z.coerce.number().pipe(z.int().positive()) })
const skip = z.strictObject({ skip: z.enum(['hour', 'day', 'next']) })

export async function serveChat(app: FastifyInstance, options: ChatOptions): Promise<void> {
  const { database, receive, seals, clock, demo } = options
  await servePage(app, { folder: 'chat', page: 'chat.html', path: '/chat' })
  app.get('/', (_request, reply) => reply.redirect('/chat'))
  app.get('/favicon.ico', (_request, reply) => reply.status(204).send())

  function signedIn({ headers }: FastifyRequest): PersonId | undefined {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
    // By the real clock: moving the demo's time does not sign anybody out.
    return token === undefined ? undefined : seals.open('talk', token, Date.now())
  }
  app.addHook('onRequest', (request, _reply, done) => {
    request.person = signedIn(request)
    done()
  })

  /** The person whose tab this is. */
  function whose({ person }: FastifyRequest): PersonId {
    if (person === undefined) throw new Problem('not_signed_in')
    return person
  }

  async function meOf(id: PersonId): Promise<object> {
    const person = await personById(database, id)
    if (!person) throw new Problem('not_signed_in')
    return { id: person.id, name: person.name, language: person.language, demo: demo !== undefined }
  }

  app.post('/chat/session', async (request) => {
    const wanted = read(signIn, request.body)
    const person =
      'link' in wanted ? seals.open('link', wanted.link, Date.now()) : await chosen(wanted.person as PersonId)
    if (person === undefined) throw new Problem('not_signed_in')
    const me = await meOf(person)
    await giveAddress(database, person, 'web', String(person))
    await greet(person)
    return { token: seals.seal('talk', person, Date.now() + TALK_LASTS), me }
  })

  /** Whoever opens the chat for the first time is spoken to first: an empty page says nothing about what to do. */
  async function greet(person: PersonId): Promise<void> {
    const sender = String(person)
    if ((await webBubbles(database, sender, undefined, 1)).length > 0) return
    // No words of theirs: a quiz that runs elsewhere goes on, and whoever has stopped stays stopped. Always the same
    // message, so that it counts once, however often the page is opened.
    const content = { kind: 'opened' } as const
    await receive([{ channel: 'web', messageId: `${person}:opened`, sender, at: clock.now(), content }])
  }

  async function chosen(id: PersonId): Promise<PersonId> {
    const person = demo ? await personById(database, id) : undefined
    if (!person?.role) throw new Problem('not_found')
    return person.id
  }

  app.get('/chat/me', (request) => meOf(whose(request)))

  app.post('/chat/messages', async (request, reply) => {
    const person = whose(request)
    const message = read(said, request.body)
    const content =
      'text' in message
        ? ({ kind: 'text', text: cleanText(message.text) } as const)
        : ({ kind: 'choice', token: message.choice } as const)
    await receive([
      {
        channel: 'web',
        messageId: `${person}:${message.id}`,
        sender: String(person),
        at: clock.now(),
        content,
      },
    ])
    return reply.status(202).send({})
  })

  app.get('/chat/files/:id', async (request, reply) => {
    const person = whose(request)
    const { id } = read(fileAsked, request.params)
    // Somebody else's file and one that never was look the same.
    const file = await fileOf(database, person, id as FileId)
    if (!file) throw new Problem('not_found')
    const etag = `"${file.sha256.slice(0, 32)}"`
    reply.header('cache-control', 'private, no-cache').header('etag', etag).header('vary', 'authorization')
    if (request.headers['if-none-match'] === etag) return reply.status(304).send()
    // Offered and never run: whatever lies in it, it does not open as a page of this place.
    reply.header('content-disposition', `attachment; filename="${file.name}"`)
    return reply.type(file.mime).send(file.bytes)
  })

  const streams: OpenStreams = new Map()
  app.get('/chat/events', async (request, reply) => {
    const person = whose(request)
    // Whoever is deleted meanwhile hears that they are signed out, and their page does not come again and again.
    await meOf(person)
    const after = Number(request.headers['last-event-id'])
    stream(options, reply, {
      to: String(person),
      me: () => meOf(person),
      after: Number.isSafeInteger(after) && after > 0 ? after : undefined,
      isSignedIn: () => signedIn(request) !== undefined,
      streams,
    })
    return reply
  })

  if (demo) serveDemo(app, options, demo)
}

/** What only the demo has: choosing a person, and moving the clock. */
function serveDemo(app: FastifyInstance, { database, timezone, clock }: ChatOptions, demo: Demo): void {
  const clockNow = async ({ person }: FastifyRequest): Promise<object> => {
    const next = await nextFollowUp(database, person)
    return { now: clock.now(), timezone, next: next ? { at: next.dueAt, kind: next.kind } : null }
  }
  app.get('/chat/people', async () => {
    const people = await peopleOnRoster(database, MOST_PEOPLE)
    return {
      people: people.map(({ id, name, role, cadre, facility }: Person) => ({
        id,
        name,
        role,
        cadre,
        facility,
      })),
    }
  })
  app.get('/chat/clock', clockNow)
  app.post('/chat/clock', async (request) => {
    await demo.skip(read(skip, request.body).skip, request.person)
    return clockNow(request)
  })
}
