/** One HTTP route of a channel: raw bytes in, since signatures are checked over them. */
export interface ChannelRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Largest body taken, in bytes. */
  readonly bodyLimit: number
  handle(request: ChannelRequest): Promise<{ status: number; body?: string }>
}

export interface ChannelRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly query: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}
