// What every test stands on: a router in memory, the real server on a free port, and words for what people do.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type APIRequestContext, test as base, expect } from '@playwright/test'
import { Caller, PASSWORD, type Person, Staff } from './world/callers'
import { needed, Program } from './world/program'
import { Router } from './world/router'

export { expect }
export * from './world/callers'
export * from './world/console'
export * from './world/router'
export * from './world/sold'
export * from './world/stream'

const API_USER = 'netpilot-api'
const API_PASSWORD = 'router-s3cret'

export interface Setting {
  /** The server's environment. */
  env?: Record<string, string>
  /** Customers who are on the router already, and how many of them are online. */
  secrets?: number
  online?: number
}

/** The server and its router. */
export class World {
  private readonly signedIn = new Map<Person, Staff>()

  private constructor(
    readonly router: Router,
    private readonly simulator: Program,
    private server: Program,
    private readonly env: Record<string, string>,
  ) {}

  static async start({ env: changed = {}, secrets = 0, online = 0 }: Setting = {}): Promise<World> {
    const simulator = await Program.start(
      needed('ROUTEROS_SIM_BIN'),
      ['--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--user', 'admin', '--password', 'root',
        '--secrets', String(secrets), '--sessions', String(online), '--add-user', `${API_USER}:${API_PASSWORD}:api-users`],
      /control on/,
    )
    const address = simulator.said(/^listening on (\S+)/)
    const [host = '', port = ''] = address.split(':')
    const env = {
      NETPILOT_LISTEN: '127.0.0.1:0',
      NETPILOT_DATA_DIR: mkdtempSync(join(tmpdir(), 'netpilot-e2e-')),
      NETPILOT_JWT_SECRET: 'j'.repeat(32),
      NETPILOT_MASTER_KEY: '0a'.repeat(32),
      DATABASE_URL: '',
      MIKROTIK_HOST: host,
      MIKROTIK_PORT: port,
      MIKROTIK_USER: API_USER,
      MIKROTIK_PASSWORD: API_PASSWORD,
      MIKROTIK_TLS: 'off',
      ...changed,
    }
    for (const [person, role] of [['admin', 'Admin Staff'], ['office', 'Office Staff']] as const) {
      execFileSync(
        needed('NETPILOT_BIN'),
        ['operator', 'add', person, '--email', `${person}@example.com`, '--role', role, '--password-stdin'],
        { env: { ...process.env, ...env }, input: `${PASSWORD}\n` },
      )
    }
    const router = new Router(address, simulator.said(/control on (\S+)/))
    return new World(router, simulator, await serve(env), env)
  }

  get url(): string {
    return this.server.said(/listening on (\S+)/)
  }

  async stop(): Promise<void> {
    for (const staff of this.signedIn.values()) await staff.leave()
    await this.server.stop()
    await this.simulator.stop()
    rmSync(this.env.NETPILOT_DATA_DIR ?? '', { recursive: true, force: true })
  }

  /** Stops the server; what it returns starts it again, with the same data at the same address. */
  async stopServer(): Promise<() => Promise<void>> {
    const { host } = new URL(this.url)
    await this.server.stop()
    return async () => {
      this.server = await serve({ ...this.env, NETPILOT_LISTEN: host })
    }
  }

  /** A caller of the REST API. */
  async caller(request: APIRequestContext, person: Person): Promise<Caller> {
    const answer = await request.post(`${this.url}/api/auth/login`, { data: { usernameOrEmail: person, password: PASSWORD } })
    expect(answer.status()).toBe(200)
    return new Caller(request, this.url, (await answer.json()).access_token)
  }

  /** Somebody who is signed in to the console. */
  async staff(person: Person): Promise<Staff> {
    const known = this.signedIn.get(person)
    if (known) return known
    const staff = await Staff.signIn(this.url, person)
    this.signedIn.set(person, staff)
    return staff
  }
}

function serve(env: Record<string, string>): Promise<Program> {
  return Program.start(needed('NETPILOT_BIN'), ['serve'], /listening on/, env)
}

/** A test in the world that all tests of a run share: names of customers are each test's own. */
export const test = base.extend<object, { world: World }>({
  world: [
    async ({}, use) => {
      const world = await World.start()
      const admin = await world.staff('admin')
      await admin.sells('Home 10', 10, 5)
      await admin.sells('Home 20', 20, 10)
      await use(world)
      await world.stop()
    },
    { scope: 'worker' },
  ],
})
