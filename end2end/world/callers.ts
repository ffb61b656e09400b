// Programs and people who call the server without a page.
import { type APIRequestContext, type Cookie, request as requests, expect } from '@playwright/test'
import { basic, type Customer, type Package } from './sold'

export const PASSWORD = 'a long passphrase'
export type Person = 'admin' | 'office'

export interface Answer {
  status: number
  type: string
  body: any
}

/** A program that calls the REST API with a token. */
export class Caller {
  constructor(
    private readonly request: APIRequestContext,
    private readonly url: string,
    readonly token: string,
  ) {}

  async call(method: string, path: string, data?: unknown): Promise<Answer> {
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

/** Somebody who is signed in to the console, and does there what a test begins with. */
export class Staff {
  private constructor(private readonly request: APIRequestContext) {}

  static async signIn(url: string, person: Person): Promise<Staff> {
    const extraHTTPHeaders = { accept: 'application/json', origin: url, 'sec-fetch-site': 'same-origin' }
    const request = await requests.newContext({ baseURL: url, extraHTTPHeaders })
    const form = { login: person, password: PASSWORD, next: '/mikrotik' }
    const answer = await request.post('/fn/auth/sign-in', { form, maxRedirects: 0 })
    expect(answer.status(), await answer.text()).toBeLessThan(400)
    return new Staff(request)
  }

  leave(): Promise<void> {
    return this.request.dispose()
  }

  async cookies(): Promise<Cookie[]> {
    return (await this.request.storageState()).cookies
  }

  /** Calls a server function that takes JSON. */
  async tell(name: string, data: object): Promise<Answer> {
    const answer = await this.request.post(`/fn/${name}`, { data, maxRedirects: 0 })
    return { status: answer.status(), type: answer.headers()['content-type'] ?? '', body: await answer.json() }
  }

  /** Calls a server function that takes a form. */
  async ask(name: string, form: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.request.post(`/fn/${name}`, { form, maxRedirects: 0 })
    const text = await answer.text()
    return { status: answer.status(), type: answer.headers()['content-type'] ?? '', body: text ? JSON.parse(text) : null }
  }

  /** A package that is sold; the one there is where it has that name already. */
  async sells(name: string, downloadSpeed: number, uploadSpeed: number, more: object = {}): Promise<Package> {
    const known = done(await this.ask('packages/list')).find((sold: Package) => sold.package.name === name)
    return known ?? done(await this.tell('packages/create', { package: { name, downloadSpeed, uploadSpeed, ...more } }))
  }

  /** Another customer, not on the router yet. */
  async adds(name: string, pppoeUsername: string, more: object = {}): Promise<Customer> {
    const body = { name, pppoeUsername, pppoePassword: 'dial-in-s3cret', servicePackage: 'Home 10', status: 'Active', serviceType: 'pppoe', ...more }
    return done(await this.tell('customers/create', { customer: body })).customer
  }

  /** Waits until the console knows that somebody is online. */
  async sees(username: string): Promise<void> {
    const known = async () => done(await this.ask('mikrotik/online', { service: 'pppoe', q: username })).matching
    await expect.poll(known, { intervals: [50] }).toBe(1)
  }

  /** Changes members of a customer, in the store only. */
  async changes({ id }: Customer, members: object): Promise<Customer> {
    const now = done(await this.ask('customers/get', { id }))
    return done(await this.tell('customers/update', { customer: { ...now, ...members }, version: now.version }))
  }

  /** Brings customers to the router and waits until they are there. */
  async syncs(...customers: Customer[]): Promise<void> {
    const wanted = { customer_ids: customers.map(({ id }) => id), packages: [], service_type: customers[0]?.serviceType ?? 'pppoe' }
    const plan = done(await this.tell('mikrotik/plan', wanted))
    const run = done(await this.tell('mikrotik/apply', { ...wanted, plan_id: plan.planId }))
    const state = async () => {
      const report = done(await this.ask('mikrotik/run', { run_id: run.runId }))
      return report.state === 'done' ? report.report.summary.errors : report.state
    }
    await expect.poll(state, { intervals: [50] }).toBe(0)
  }
}

function done({ status, body }: Answer): any {
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
