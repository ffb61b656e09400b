// Events as a program reads them.

/** One event of a stream. */
export interface Event {
  id: string
  name: string
  data: any
}

/** `GET /api/mikrotik/events`, read by a program. */
export class Stream {
  private text = ''

  private constructor(
    readonly answer: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly end: AbortController,
  ) {}

  static async open(url: string, token: string, lastEvent?: string): Promise<Stream> {
    const end = new AbortController()
    const headers = { authorization: `Bearer ${token}`, ...(lastEvent ? { 'last-event-id': lastEvent } : {}) }
    const answer = await fetch(`${url}/api/mikrotik/events?type=all`, { headers, signal: end.signal })
    if (!answer.body) throw new Error(`${answer.status}: a stream without a body`)
    return new Stream(answer, answer.body.getReader(), end)
  }

  /** The next event, or the next one of a name. */
  async next(name?: string): Promise<Event> {
    for (;;) {
      const event = await this.any()
      if (!name || event.name === name) return event
    }
  }

  close(): void {
    this.end.abort()
  }

  private async any(): Promise<Event> {
    for (;;) {
      const at = this.text.indexOf('\n\n')
      if (at >= 0) {
        const block = this.text.slice(0, at)
        this.text = this.text.slice(at + 2)
        const field = (name: string) => block.split('\n').find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim() ?? ''
        return { id: field('id'), name: field('event'), data: JSON.parse(field('data')) }
      }
      const { done, value } = await this.reader.read()
      if (done) throw new Error('the stream ended')
      this.text += new TextDecoder().decode(value)
    }
  }
}
