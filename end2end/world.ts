// What every test stands on: a router in memory, the real server on a free port, and words for what people do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type APIRequestContext, type Locator, type Page, test as base, expect } from '@playwright/test'

export { expect }

export const PASSWORD = 'a long passphrase'
export type Person = 'admin' | 'office'

const API_USER = 'netpilot-api'
const API_PASSWORD = 'router-s3cret'

/** A program that prints a line when it is ready. */
class Program {
  private constructor(
    readonly process: ChildProcess,
    readonly lines: string[],
  ) {}

  static async start(command: string, args: string[], ready: RegExp, env: Record<string, string> = {}): Promise<Program> {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      const hear = (bytes: Buffer) => {
        lines.push(...bytes.toString().split('\n'))
        if (lines.some((line) => ready.test(line))) resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', (bytes: Buffer) => lines.push(...bytes.toString().split('\n')))
      child.on('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${lines.join('\n')}`)))
    })
    return new Program(child, lines)
  }

  said(pattern: RegExp): string {
    for (const line of this.lines) {
      const found = pattern.exec(line)
      if (found?.[1]) return found[1]
    }
    throw new Error(`nothing like ${pattern} in:\n${this.lines.join('\n')}`)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    await ended
  }
}

/** The router, as somebody sees it who stands beside it. */
export class Router {
  constructor(
    readonly address: string,
    private readonly control: string,
  ) {}

  dialIn(user: string, service: 'pppoe' | 'hotspot' = 'pppoe'): Promise<{ '.id': string }> {
    return this.say('/dial-in', { service, user })
  }

  hangUp(user: string, service: 'pppoe' | 'hotspot' = 'pppoe'): Promise<unknown> {
    return this.say('/hang-up', { service, user })
  }

  async rows(menu: string): Promise<Record<string, string>[]> {
    const answer = await fetch(`${this.control}/rows?menu=${encodeURIComponent(menu)}`)
    return answer.json()
  }

  private async say<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(this.control + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }
}

/** The server and its router. */
export class World {
  private constructor(
    readonly url: string,
    readonly router: Router,
    private readonly programs: Program[],
    private readonly folder: string,
  ) {}

  static async start(router: Partial<Record<string, string>> = {}): Promise<World> {
    const simulator = await Program.start(
      needed('ROUTEROS_SIM_BIN'),
      ['--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--user', 'admin', '--password', 'root',
        '--add-user', `${API_USER}:${API_PASSWORD}:api-users`],
      /control on/,
    )
    const address = simulator.said(/^listening on (\S+)/)
    const folder = mkdtempSync(join(tmpdir(), 'netpilot-e2e-'))
    const [host, port] = address.split(':')
    const env: Record<string, string> = {
      NETPILOT_LISTEN: '127.0.0.1:0',
      NETPILOT_DATA_DIR: folder,
      NETPILOT_JWT_SECRET: 'j'.repeat(32),
      NETPILOT_MASTER_KEY: '0a'.repeat(32),
      DATABASE_URL: '',
      MIKROTIK_HOST: host ?? '',
      MIKROTIK_PORT: port ?? '',
      MIKROTIK_USER: API_USER,
      MIKROTIK_PASSWORD: API_PASSWORD,
      MIKROTIK_TLS: 'off',
      ...router,
    } as Record<string, string>
    for (const [person, role] of [['admin', 'Admin Staff'], ['office', 'Office Staff']] as const) {
      execFileSync(
        needed('NETPILOT_BIN'),
        ['operator', 'add', person, '--email', `${person}@example.com`, '--role', role, '--password-stdin'],
        { env: { ...process.env, ...env }, input: `${PASSWORD}\n` },
      )
    }
    const server = await Program.start(needed('NETPILOT_BIN'), ['serve'], /listening on/, env)
    const world = new World(server.said(/listening on (\S+)/), new Router(address, simulator.said(/control on (\S+)/)), [server, simulator], folder)
    return world
  }

  async stop(): Promise<void> {
    for (const program of this.programs) await program.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A caller of the REST API. */
  async caller(request: APIRequestContext, person: Person): Promise<Caller> {
    const answer = await request.post(`${this.url}/api/auth/login`, { data: { usernameOrEmail: person, password: PASSWORD } })
    expect(answer.status()).toBe(200)
    return new Caller(request, this.url, (await answer.json()).access_token)
  }
}

/** A program that calls the REST API with a token. */
export class Caller {
  constructor(
    private readonly request: APIRequestContext,
    private readonly url: string,
    private readonly token: string,
  ) {}

  async call(method: string, path: string, data?: unknown): Promise<{ status: number; type: string; body: any }> {
    const headers = { authorization: `Bearer ${this.token}` }
    const answer = await this.request.fetch(this.url + path, { method, headers, ...(data === undefined ? {} : { data }) })
    return { status: answer.status(), type: answer.headers()['content-type'] ?? '', body: await answer.json() }
  }

  /** Brings a customer to the router. */
  async sync(customer: Record<string, unknown>, serviceType = 'pppoe'): Promise<any> {
    const answer = await this.call('POST', '/api/mikrotik/sync', { customer, package: basic, serviceType })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return answer.body
  }
}

export const basic = {
  name: 'Basic 10Mbps',
  description: 'Basic internet package',
  downloadSpeed: 10,
  uploadSpeed: 5,
  burstEnabled: true,
  burstDownloadSpeed: 20,
  burstUploadSpeed: 10,
  burstThresholdDownload: 8,
  burstThresholdUpload: 4,
  burstTime: 8,
}

export function customer(id: string, username: string, name: string) {
  return { id, name, email: `${username}@example.com`, status: 'Active', servicePackage: basic.name, pppoeUsername: username, pppoePassword: 'dial-in-s3cret' }
}

function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the suite with cargo xtask test`)
  return value
}

/** Goes to the console and signs in, as a person would. */
export async function signIn(page: Page, world: World, person: Person, path = '/mikrotik'): Promise<void> {
  await page.goto(world.url + path)
  await page.getByLabel('Username or e-mail').fill(person)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('MikroTik')
}

export function sessions(page: Page): Locator {
  return page.getByRole('table', { name: 'Sessions' })
}

export function accounts(page: Page): Locator {
  return page.getByRole('table', { name: 'Accounts' })
}

export function rowOf(table: Locator, text: string): Locator {
  return table.getByRole('row').filter({ hasText: text })
}

/** Resolves once the page's WASM listens: links and forms work before that too, by reloading. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' })
}

export const test = base.extend<object, { world: World }>({
  world: [
    async ({}, use) => {
      const world = await World.start()
      await use(world)
      await world.stop()
    },
    { scope: 'worker' },
  ],
})
