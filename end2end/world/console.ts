// The console's pages, in words for what people do and see there.
import { type BrowserContext, type Locator, type Page, expect } from '@playwright/test'
import { PASSWORD, type Person } from './callers'
import { type World } from '../world'

/** Goes to the console and signs in, as a person would. */
export async function signIn(page: Page, world: World, person: Person, path = '/mikrotik'): Promise<void> {
  await page.goto(world.url + path)
  await page.getByLabel('Username or e-mail').fill(person)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible()
}

/** Signs a browser in, without the sign-in page. */
export async function letIn(context: BrowserContext, world: World, person: Person): Promise<void> {
  const staff = await world.staff(person)
  await context.addCookies(await staff.cookies())
}

/** Opens a page of the console as somebody who is signed in, and waits until it listens. */
export async function open(page: Page, world: World, person: Person, path: string): Promise<void> {
  await letIn(page.context(), world, person)
  await page.goto(world.url + path)
  await hydrated(page)
}

/** The same on the sessions page, once it moves by itself. */
export async function watch(page: Page, world: World, person: Person = 'admin', path = '/mikrotik'): Promise<void> {
  await open(page, world, person, path)
  await expect(asOf(page)).toContainText('Live, as of')
}

/** Resolves once the page's WASM listens: links and forms work before that too, by reloading. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' })
}

/** Marks the page, so that a reload would be seen. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { notReloaded: true }))
}

export function isStillTheSame(page: Page): Promise<boolean> {
  return page.evaluate(() => 'notReloaded' in window)
}

/** How true the figures are, in the bar. */
export function asOf(page: Page): Locator {
  return page.getByRole('banner').getByRole('status')
}

export function sessions(page: Page): Locator {
  return page.getByRole('table', { name: 'Sessions' })
}

export function accounts(page: Page): Locator {
  return page.getByRole('table', { name: 'Accounts' })
}

export function customers(page: Page): Locator {
  return page.getByRole('table', { name: 'Customers' })
}

export function packages(page: Page): Locator {
  return page.getByRole('table', { name: 'Packages' })
}

export function rowOf(table: Locator, text: string): Locator {
  return table.getByRole('row').filter({ hasText: text })
}

/** What a row says a customer carries one way, in bit/s; nothing until it was counted twice. */
export async function speedIn(row: Locator, way: 'Download' | 'Upload'): Promise<number | null> {
  const text = await row.getByRole('cell').nth(way === 'Download' ? 4 : 5).innerText()
  const [, figure, unit] = /([\d.]+)\s*(kbps|Mbps|Gbps)/.exec(text) ?? []
  return figure && unit ? Number(figure) * { kbps: 1e3, Mbps: 1e6, Gbps: 1e9 }[unit]! : null
}

/** What is wrong with a field, or worth knowing, as readers are told. */
export function saidOf(field: Locator): Promise<string> {
  return field.evaluate((element) => {
    const by = element.getAttribute('aria-describedby') ?? ''
    return by.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  })
}

/** The rate-limit string of a preview, put together again. */
export async function rateLimit(preview: Locator): Promise<string> {
  const parts = preview.locator('bdi.ros > span > span')
  return (await parts.allInnerTexts()).join(' ')
}

/** The sync on a customer's page, or over the list. */
export function sync(page: Page): Locator {
  return page.getByRole('region', { name: 'MikroTik' })
}

/** A property that a plan adds, changes or removes: `Speed`, `Profile`. */
export function planned(page: Page, property: string, what: 'add' | 'change' | 'remove' = 'change'): Locator {
  const lines = sync(page).getByRole('listitem').filter({ has: page.getByText(property, { exact: true }) })
  return lines.filter({ has: page.getByText(what, { exact: true }) })
}

export function note(page: Page, text: string | RegExp): Locator {
  return page.getByRole('main').getByText(text).first()
}
