import type { FastifyInstance } from 'fastify'
import type { ChannelRoute } from '../words/route.ts'

/** Serves the routes of channels. Bodies come raw: signatures are checked over the bytes as sent. */
export async function serveWebhooks(app: FastifyInstance, routes: readonly ChannelRoute[]): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    for (const route of routes)
      scope.route({
        method: route.method,
        url: route.path,
        bodyLimit: route.bodyLimit,
        // A provider sends for everybody, and proves itself.
        config: { rateLimit: false },
        async handler(request, reply) {
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
          const answer = await route.handle({
            headers: request.headers,
            query: request.query as Record<string, string>,
            body,
          })
          return reply.status(answer.status).send(answer.body ?? '')
        },
      })
    done()
  })
}
