import helmet from '@fastify/helmet'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify'
import { isTransient } from '../store/db.ts'
import type { PersonId } from '../words/ids.ts'
import { Problem, type ProblemCode, PROBLEMS } from '../words/problem.ts'

/** Only this room knows status codes. */
const STATUS: Record<ProblemCode, number> = {
  not_signed_in: 401,
  not_allowed: 403,
  not_found: 404,
  bad_request: 400,
  too_many: 429,
  unavailable: 503,
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, known before anything else happens; undefined: nobody. */
    person: PersonId | undefined
  }
}

/** Requests in a minute: a lively chat makes one a second, an attacker thousands. */
const MOST_OF_A_PERSON = 300
/** Of whoever is not signed in: a whole hospital may share one address. */
const MOST_OF_AN_ADDRESS = 1200

/**
 * The server without routes: safe headers, limits, and one way to say what is wrong. Whoever sends from one of the
 * `trustedProxies` (with commas between) may say whom it speaks for.
 */
export async function makeServer(log: FastifyBaseLogger, trustedProxies: string): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    // A line a request would hold paths and addresses of people; what matters is measured in /metrics.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    trustProxy: trustedProxies,
    forceCloseConnections: true,
    // An address that cannot be read comes to no route, nor to the handlers below.
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.status(STATUS.bad_request).send(bodyOf('bad_request', PROBLEMS.bad_request))
    },
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // A picture in the chat is fetched with the person's token, and shown from the page's own memory.
        imgSrc: ["'self'", 'blob:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Over plain HTTP on one's own machine this header would lock people out.
    strictTransportSecurity: false,
  })
  app.decorateRequest('person', undefined)
  await app.register(rateLimit, {
    keyGenerator: ({ person, ip }) => (person === undefined ? normalizeIP(ip) : `person ${person}`),
    max: ({ person }) => (person === undefined ? MOST_OF_AN_ADDRESS : MOST_OF_A_PERSON),
    timeWindow: 60_000,
    errorResponseBuilder: () => new Problem('too_many'),
  })
  // Whoever tries one path after another is counted, too.
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (_request, reply) =>
    reply.status(404).send(bodyOf('not_found', PROBLEMS.not_found)),
  )
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof Problem)
      return reply.status(STATUS[error.code]).send(bodyOf(error.code, error.message))
    if (error.statusCode !== undefined && error.statusCode < 500)
      return reply.status(error.statusCode).send(bodyOf('bad_request', PROBLEMS.bad_request))
    // The caller learns nothing of what broke; the log learns where, not what was sent.
    request.log.error({ error: error.name, stack: placesOf(error) }, 'a request failed')
    return reply
      .status(isTransient(error) ? STATUS.unavailable : 500)
      .send(bodyOf('unavailable', PROBLEMS.unavailable))
  })
  return app
}

/** Where an error comes from, without its own words: they may hold what a person wrote, over several lines. */
function placesOf({ message, stack = '' }: Error): string[] {
  const begin = stack.indexOf(message)
  const after = begin === -1 ? stack : stack.slice(begin + message.length)
  return after.split('\n').filter((line) => line.startsWith('    at '))
}

const bodyOf = (code: ProblemCode, message: string): object => ({ error: { code, message } })
