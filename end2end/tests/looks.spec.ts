// What holds on every page: everybody can read it, it fits every window, and nothing goes wrong in the browser.
import AxeBuilder from '@axe-core/playwright'
import { type Page } from '@playwright/test'
import { expect, open, planned, rowOf, sessions, test, type World } from '../world'

const WIDTHS = [1440, 390, 320]
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const LONG_NAME = 'Maximiliana Featherstonehaugh-Cholmondeley'
const LONG_USERNAME = 'maximiliana.featherstonehaugh-cholmondeley@example.com'

/** A page, and what is there once it is all there. */
interface Place {
  name: string
  path: (world: World) => Promise<string>
  there: (page: Page) => Promise<void>
}

const heading = (text: string | RegExp) => (page: Page) => expect(page.getByRole('heading', { level: 1 })).toHaveText(text)

const places: Place[] = [
  { name: '/mikrotik', path: async () => '/mikrotik', there: (page) => expect(rowOf(sessions(page), LONG_NAME).first()).toBeVisible() },
  { name: '/mikrotik?type=hotspot', path: async () => '/mikrotik?type=hotspot', there: heading('MikroTik') },
  { name: '/mikrotik/history', path: async () => '/mikrotik/history', there: (page) => expect(async () => {
    // What happened a moment ago is written within a second; the page does not move by itself.
    await page.reload()
    await expect(page.getByRole('table', { name: 'Past sessions' })).toContainText(LONG_NAME, { timeout: 500 })
  }).toPass() },
  { name: '/mikrotik/history of nobody', path: async () => '/mikrotik/history?q=xyzzy', there: (page) => expect(page.getByText('No session of “xyzzy” is kept')).toBeVisible() },
  { name: '/customers', path: async () => '/customers', there: (page) => expect(page.getByRole('link', { name: LONG_NAME }).first()).toBeVisible() },
  { name: '/customers with a plan for several', path: async () => '/customers', there: planForAll },
  { name: '/customers where nobody matches', path: async () => '/customers?q=xyzzy', there: (page) => expect(page.getByText('No customer matches')).toBeVisible() },
  { name: '/customers/new', path: async () => '/customers/new', there: heading('New customer') },
  { name: '/customers/CUS-1', path: path('synced'), there: (page) => expect(page.getByText('Nothing would change')).toBeVisible() },
  { name: '/customers/CUS-1 with a plan', path: path('planned'), there: (page) => expect(planned(page, 'Profile')).toBeVisible() },
  { name: '/customers/CUS-1 being changed', path: async (world) => `${await path('synced')(world)}?edit=1`, there: heading(/^Change /) },
  { name: '/customers/CUS-1 being deleted', path: async (world) => `${await path('synced')(world)}?delete=1`, there: (page) => expect(page.getByRole('dialog')).toBeVisible() },
  { name: '/packages', path: async () => '/packages', there: heading('Packages') },
  { name: '/packages/new', path: async () => '/packages/new', there: heading('New package') },
  { name: '/sign-in', path: async () => '/sign-in?refused=1', there: heading('Sign in') },
  { name: '/nowhere', path: async () => '/nowhere', there: heading(/./) },
  { name: '/packages/PKG-1', path: async (world) => `/packages/${(await furnished(world)).sold}`, there: (page) => expect(page.getByText('Rate limit the router will get')).toBeVisible() },
]

async function planForAll(page: Page): Promise<void> {
  await page.getByRole('searchbox').fill(LONG_NAME)
  await expect(page.getByText('2 customers found')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select all shown' }).check()
  await page.getByRole('button', { name: 'Plan a sync' }).click()
  await expect(page.getByRole('dialog').getByText('to create', { exact: true })).toBeVisible()
}

interface Furnished {
  synced: string
  planned: string
  sold: string
}

let made: Promise<Furnished> | undefined

/** Long words everywhere: a customer who is online and as planned, one who is not, and their package. */
function furnished(world: World): Promise<Furnished> {
  made ??= (async () => {
    const admin = await world.staff('admin')
    const { id: sold } = await admin.sells(`Burst ${'of a long name '.repeat(3).trim()}`, 10, 5, { burstEnabled: true, burstDownloadSpeed: 20, burstUploadSpeed: 10 })
    const long = { mobile: '+880 1711-555123', installationAddress: 'House 7, Road 11, Block C, Banani, Dhaka 1213', macAddress: '00:11:22:33:44:55', expiryDate: '2031-01-05', notes: 'Rings twice.' }
    const synced = await admin.adds(LONG_NAME, LONG_USERNAME, { ...long, servicePackage: `Burst ${'of a long name '.repeat(3).trim()}` })
    const planned = await admin.adds(`${LONG_NAME} the Second`, `second.${LONG_USERNAME}`, long)
    await admin.syncs(synced)
    await admin.syncs(planned)
    await admin.changes(planned, { servicePackage: 'Home 20', pppoePassword: 'another-s3cret', ipAddress: '10.1.2.3' })
    await world.router.dialIn(LONG_USERNAME)
    await world.router.dialIn(`second.${LONG_USERNAME}`)
    return { synced: synced.id, planned: planned.id, sold }
  })()
  return made
}

function path(who: 'synced' | 'planned') {
  return async (world: World) => `/customers/${(await furnished(world))[who]}`
}

async function go(page: Page, world: World, place: Place): Promise<void> {
  await furnished(world)
  await open(page, world, 'admin', await place.path(world))
  await place.there(page)
}

/** Every colour has arrived: half-way through a transition a button is neither light nor dark. */
async function paintedIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, colorScheme)
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))
}

async function faults(axe: AxeBuilder): Promise<unknown[]> {
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])])
}

for (const place of places) {
  test.describe(place.name, () => {
    test('can be read by everybody, light and dark', async ({ page, world }) => {
      await go(page, world, place)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await paintedIn(page, 'light')
        expect.soft(await faults(new AxeBuilder({ page }).withTags(RULES)), `${width} pixels, light`).toEqual([])
        await paintedIn(page, 'dark')
        // Nothing but colours changes with the scheme.
        expect.soft(await faults(new AxeBuilder({ page }).withRules('color-contrast')), `${width} pixels, dark`).toEqual([])
      }
    })

    test('is never wider than the window', async ({ page, world }) => {
      await go(page, world, place)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        expect.soft(over, `${width} pixels`).toBeLessThanOrEqual(0)
      }
    })

    test('carries no style attribute, and nothing goes wrong in the browser', async ({ page, world }) => {
      const wrong: string[] = []
      page.on('console', (message) => {
        // A browser notes that the page itself was not found.
        const isOfPage = message.location().url === page.url()
        if (['error', 'warning'].includes(message.type()) && !isOfPage) wrong.push(message.text())
      })
      page.on('pageerror', (error) => wrong.push(String(error)))
      await go(page, world, place)
      const html = await (await page.request.get(page.url())).text()
      expect(html).not.toMatch(/<[^>]+\sstyle=/)
      expect(wrong).toEqual([])
    })
  })
}
