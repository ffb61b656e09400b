// The router in memory, as somebody sees it who stands beside it.

import { execFileSync } from 'node:child_process'
import { needed } from './program'

/** Reads one property of one row with the RouterOS-api package. */
const READ = `
import sys, routeros_api
host, port, menu, name, wanted = sys.argv[1:]
pool = routeros_api.RouterOsApiPool(host, 'admin', 'root', port=int(port), plaintext_login=True)
rows = pool.get_api().get_resource(menu).get(name=name)
assert len(rows) == 1, rows
print(rows[0][wanted])
pool.disconnect()
`

export type Service = 'pppoe' | 'hotspot'
export type Row = Record<string, string>

/** What can go wrong with a router, as its control interface calls it. */
export type Trouble =
  | 'clear'
  | 'refuse-connections'
  | 'silent'
  | { 'drop-after': { sentences: number } }
  | { 'trap-on': { command: string; message: string; times: number } }

export class Router {
  constructor(
    readonly address: string,
    private readonly control: string,
  ) {}

  dialIn(user: string, service: Service = 'pppoe'): Promise<{ '.id': string }> {
    return this.say('/dial-in', { service, user })
  }

  hangUp(user: string, service: Service = 'pppoe'): Promise<unknown> {
    return this.say('/hang-up', { service, user })
  }

  /** Somebody changes a row in WinBox. */
  edit(menu: string, id: string, set: Row): Promise<unknown> {
    return this.say('/edit', { menu, id, set })
  }

  reboot(): Promise<unknown> {
    return this.say('/reboot', {})
  }

  trouble(trouble: Trouble): Promise<unknown> {
    return this.say('/trouble', trouble)
  }

  rows(menu: string): Promise<Row[]> {
    return this.ask(`/rows?menu=${encodeURIComponent(menu)}`)
  }

  /** The row of that name, where there is one. */
  async row(menu: string, name: string): Promise<Row | undefined> {
    return (await this.rows(menu)).find((row) => row.name === name || row.user === name)
  }

  /** What a client that nobody here wrote reads over the API. */
  readByOthers(menu: string, name: string, property: string): string {
    const [host = '', port = ''] = this.address.split(':')
    return execFileSync(needed('NETPILOT_TEST_PYTHON'), ['-c', READ, host, port, menu, name, property], { encoding: 'utf8' }).trim()
  }

  /** Commands received so far, by command word. */
  counts(): Promise<Record<string, number>> {
    return this.ask('/counts')
  }

  /** How often anything was written so far. */
  async writes(): Promise<number> {
    const counts = Object.entries(await this.counts())
    return counts.filter(([command]) => /\/(add|set|remove|unset)$/.test(command)).reduce((sum, [, count]) => sum + count, 0)
  }

  private async ask<T>(path: string): Promise<T> {
    return (await fetch(this.control + path)).json()
  }

  private async say<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(this.control + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }
}
