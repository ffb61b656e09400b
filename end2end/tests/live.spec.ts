import { type Page } from '@playwright/test'
import { asOf, expect, isStillTheSame, mark, note, open, rowOf, type Service, sessions, speedIn, Stream, test, watch, World } from '../world'

/** Somebody who can dial in. */
async function subscribe(world: World, username: string, name: string, serviceType: Service = 'pppoe'): Promise<void> {
  const admin = await world.staff('admin')
  await admin.syncs(await admin.adds(name, username, { serviceType }))
}

/** The same, online. */
async function online(world: World, username: string, name: string, service: Service = 'pppoe'): Promise<void> {
  await subscribe(world, username, name, service)
  await world.router.dialIn(username, service)
}

async function linesOf(world: World): Promise<[number?, number?]> {
  const counts = await world.router.counts()
  return [counts['/login'], counts['/ppp/active/listen']]
}

/** Somebody turns to another tab, or back. */
function seen(page: Page, visible: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, !visible)
}

function countOf(page: Page): Promise<string> {
  return page.getByText(/ of [\d,]+ sessions$/).innerText()
}

test('a customer who dials in appears within a second, without a reload', async ({ page, world }) => {
  await subscribe(world, 'live-ana', 'Ana Live')
  await watch(page, world)
  await mark(page)
  await world.router.dialIn('live-ana')
  const since = Date.now()
  await expect(rowOf(sessions(page), 'live-ana')).toBeVisible({ timeout: 3_000 })
  test.info().annotations.push({ type: 'seen after', description: `${Date.now() - since} ms` })
  expect(await isStillTheSame(page)).toBe(true)
})

test('a customer who hangs up goes within a second', async ({ page, world }) => {
  await online(world, 'live-bea', 'Bea Live')
  await watch(page, world)
  await expect(rowOf(sessions(page), 'live-bea')).toBeVisible()
  await world.router.hangUp('live-bea')
  const since = Date.now()
  await expect(rowOf(sessions(page), 'live-bea')).toHaveCount(0, { timeout: 3_000 })
  test.info().annotations.push({ type: 'gone after', description: `${Date.now() - since} ms` })
})

test('a customer who was added a moment ago appears by name', async ({ page, world }) => {
  await watch(page, world)
  await online(world, 'live-new', 'Nadia New')
  await expect(rowOf(sessions(page), 'live-new')).toContainText('Nadia New', { timeout: 3_000 })
})

test('download and upload appear and move by themselves', async ({ page, world }) => {
  await online(world, 'live-cleo', 'Cleo Live')
  await watch(page, world)
  const row = rowOf(sessions(page), 'live-cleo')
  for (const way of ['Download', 'Upload'] as const) {
    await expect.poll(() => speedIn(row, way)).not.toBeNull()
    const first = await speedIn(row, way)
    await expect.poll(() => speedIn(row, way)).not.toBe(first)
  }
})

test('a session leads to its customer', async ({ page, world }) => {
  await online(world, 'live-lead', 'Leda Live')
  await watch(page, world)
  await rowOf(sessions(page), 'live-lead').getByRole('link', { name: 'Leda Live' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Leda Live')
})

test('directions are the customer’s: they download more than they upload', async ({ page, world }) => {
  const everybody = ['live-down-1', 'live-down-2', 'live-down-3']
  for (const username of everybody) await online(world, username, `Down ${username}`)
  await watch(page, world)
  for (const username of everybody) {
    const row = rowOf(sessions(page), username)
    await expect.poll(() => speedIn(row, 'Upload')).not.toBeNull()
    expect(await speedIn(row, 'Download')).toBeGreaterThan((await speedIn(row, 'Upload')) ?? 0)
  }
})

test('the router reboots: the page says so and everybody is back, without a reload', async ({ page, world }) => {
  await online(world, 'live-dora', 'Dora Live')
  await watch(page, world)
  await mark(page)
  const before = await world.router.rows('/ppp/active')
  await world.router.reboot()
  await expect(note(page, /The router restarted at \d\d:\d\d:\d\d UTC\./)).toBeVisible()
  await expect(rowOf(sessions(page), 'live-dora')).toBeVisible()
  await expect.poll(async () => (await world.router.rows('/ppp/active')).length).toBe(before.length)
  await expect.poll(() => countOf(page)).toBe(`${before.length} of ${before.length} sessions`)
  expect(await isStillTheSame(page)).toBe(true)
})

test('a router that does not answer is told with since when, and its return is seen without a reload', async ({ page, world }) => {
  await watch(page, world)
  await mark(page)
  await world.router.trouble('refuse-connections')
  try {
    await world.router.trouble({ 'drop-after': { sentences: 0 } })
    await expect(asOf(page)).toContainText('Stale since')
    await expect(note(page, /The router has not answered since \d\d:\d\d:\d\d UTC/)).toBeVisible()
  } finally {
    await world.router.trouble('clear')
  }
  await expect(asOf(page)).toContainText('Live, as of')
  await expect(page.getByText('has not answered')).toHaveCount(0)
  expect(await isStillTheSame(page)).toBe(true)
})

test('the server stops and starts again: the page says that it reconnects, and recovers without a reload', async ({ page, world }) => {
  await online(world, 'live-elif', 'Elif Live')
  await watch(page, world)
  await mark(page)
  const start = await world.stopServer()
  try {
    await expect(asOf(page)).toContainText('Reconnecting, as of')
    await expect(rowOf(sessions(page), 'live-elif')).toBeVisible()
    await world.router.hangUp('live-elif')
  } finally {
    await start()
  }
  await expect(asOf(page)).toContainText('Live, as of')
  await expect(rowOf(sessions(page), 'live-elif')).toHaveCount(0)
  expect(await isStillTheSame(page)).toBe(true)
})

test('pause stops all movement, and going on catches up', async ({ page, context, world }) => {
  await subscribe(world, 'live-fay', 'Fay Live')
  await watch(page, world)
  const other = await context.newPage()
  await watch(other, world)
  await page.bringToFront()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(asOf(page)).toContainText('Paused at')
  await world.router.dialIn('live-fay')
  await expect(rowOf(sessions(other), 'live-fay')).toBeVisible()
  await expect(rowOf(sessions(page), 'live-fay')).toHaveCount(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(rowOf(sessions(page), 'live-fay')).toBeVisible()
})

test('a page that nobody can see stops reading, and catches up once it is seen', async ({ page, context, world }) => {
  await subscribe(world, 'live-hid', 'Hidden Live')
  await watch(page, world)
  const other = await context.newPage()
  await watch(other, world)
  await seen(page, false)
  await world.router.dialIn('live-hid')
  await expect(rowOf(sessions(other), 'live-hid')).toBeVisible()
  await expect(rowOf(sessions(page), 'live-hid')).toHaveCount(0)
  await seen(page, true)
  await expect(rowOf(sessions(page), 'live-hid')).toBeVisible()
  await expect(asOf(page)).toContainText('Live, as of')
})

test('a session that is ended from the page disappears while the stream is paused', async ({ page, world }) => {
  await online(world, 'live-gia', 'Gia Live')
  await watch(page, world)
  await page.getByRole('button', { name: 'Pause' }).click()
  await rowOf(sessions(page), 'live-gia').getByRole('link', { name: 'Disconnect live-gia' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await expect(rowOf(sessions(page), 'live-gia')).toHaveCount(0)
  await expect(asOf(page)).toContainText('Paused at')
})

test('a second page costs the router no second line', async ({ page, context, world }) => {
  await watch(page, world)
  const before = await linesOf(world)
  const second = await context.newPage()
  await watch(second, world)
  expect(await linesOf(world)).toEqual(before)
})

test('a hundred viewers cost the router one line', async ({ page, request, world }) => {
  await watch(page, world)
  const before = await linesOf(world)
  const { token } = await world.caller(request, 'admin')
  const streams = await Promise.all(Array.from({ length: 100 }, () => Stream.open(world.url, token)))
  const first = await Promise.all(streams.map((stream) => stream.next()))
  streams.forEach((stream) => stream.close())
  expect(first.filter(({ name }) => name === 'reset')).toHaveLength(100)
  expect(await linesOf(world)).toEqual(before)
})

test('PPPoE and hotspot are two lists of one stream', async ({ page, world }) => {
  await online(world, 'live-home', 'Home Live')
  await subscribe(world, 'live-room', 'Room Live', 'hotspot')
  await watch(page, world)
  await mark(page)
  await page.getByRole('navigation', { name: 'Service' }).getByRole('link', { name: 'Hotspot' }).click()
  await expect(page).toHaveURL(/type=hotspot/)
  await world.router.dialIn('live-room', 'hotspot')
  await expect(rowOf(sessions(page), 'live-room')).toBeVisible()
  await expect(rowOf(sessions(page), 'live-home')).toHaveCount(0)
  await page.getByRole('navigation', { name: 'Service' }).getByRole('link', { name: 'PPPoE' }).click()
  await expect(rowOf(sessions(page), 'live-home')).toBeVisible()
  await expect(rowOf(sessions(page), 'live-room')).toHaveCount(0)
  expect(await isStillTheSame(page)).toBe(true)
})

test('a filter keeps working while rows come and go', async ({ page, world }) => {
  await subscribe(world, 'live-hana', 'Hana Filterable')
  await subscribe(world, 'live-iris', 'Iris Other')
  await watch(page, world)
  await page.getByRole('searchbox').fill('live-hana')
  const all = (await world.router.rows('/ppp/active')).length
  await world.router.dialIn('live-iris')
  await expect.poll(() => countOf(page)).toBe(`0 of ${all + 1} sessions`)
  await world.router.dialIn('live-hana')
  await expect(rowOf(sessions(page), 'live-hana')).toBeVisible()
  await expect(rowOf(sessions(page), 'live-iris')).toHaveCount(0)
  await world.router.hangUp('live-hana')
  await expect(rowOf(sessions(page), 'live-hana')).toHaveCount(0)
})

test('office staff see who is online as it happens', async ({ page, world }) => {
  await subscribe(world, 'live-jo', 'Jo Live')
  await watch(page, world, 'office')
  await world.router.dialIn('live-jo')
  await expect(rowOf(sessions(page), 'live-jo')).toBeVisible()
  await world.router.hangUp('live-jo')
  await expect(rowOf(sessions(page), 'live-jo')).toHaveCount(0)
})

test.describe('many sessions', () => {
  let crowd: World
  test.beforeAll(async () => { crowd = await World.start({ secrets: 230, online: 230 }) })
  test.afterAll(async () => { await crowd.stop() })

  test.describe('without WASM', () => {
    test.use({ javaScriptEnabled: false })

    test('rows beyond the first hundred are reached by a link', async ({ page }) => {
      await page.context().addCookies(await (await crowd.staff('admin')).cookies())
      await page.goto(`${crowd.url}/mikrotik`)
      await expect(rowOf(sessions(page), 'sub00100')).toBeVisible()
      await expect(rowOf(sessions(page), 'sub00101')).toHaveCount(0)
      await page.getByRole('link', { name: '130 more' }).click()
      await expect(rowOf(sessions(page), 'sub00101')).toBeVisible()
      await page.getByRole('link', { name: '30 more' }).click()
      await expect(rowOf(sessions(page), 'sub00230')).toBeVisible()
    })
  })

  test('many who open the page at once all get it', async ({ page }) => {
    await page.context().addCookies(await (await crowd.staff('admin')).cookies())
    const opened = Array.from({ length: 80 }, () => page.request.get(`${crowd.url}/mikrotik?type=pppoe&from=100`))
    for (const answer of await Promise.all(opened)) {
      expect(answer.status()).toBe(200)
      expect(await answer.text()).toContain('sub00101')
    }
  })

  test('the last row is reached by scrolling', async ({ page }) => {
    await watch(page, crowd)
    const last = rowOf(sessions(page), 'sub00230')
    await expect(async () => {
      await page.mouse.move(700, 500)
      await page.mouse.wheel(0, 4_000)
      await expect(last).toBeInViewport({ timeout: 300 })
    }).toPass()
  })
})

test('a visitor who is not signed in gets no stream but a problem', async ({ request, world }) => {
  const answer = await request.get(`${world.url}/api/mikrotik/events`)
  expect([answer.status(), answer.headers()['content-type'], (await answer.json()).code]).toEqual([401, 'application/problem+json', 'unauthenticated'])
})

test.describe('a program with a token', () => {
  test('gets everything first', async ({ request, world }) => {
    await online(world, 'live-kai', 'Kai Live')
    await (await world.staff('admin')).sees('live-kai')
    const { token } = await world.caller(request, 'admin')
    // Nobody watched: the page read the router, and the stream begins with what was heard, up to a second later.
    await expect(async () => {
      const stream = await Stream.open(world.url, token)
      const { id, name, data } = await stream.next()
      stream.close()
      expect([stream.answer.headers.get('content-type'), name]).toEqual(['text/event-stream', 'reset'])
      expect(id).toMatch(/^[^-]+-\d+$/)
      expect(data).toMatchObject({ asOf: expect.any(String), stale: false, router: { routerId: 'default', state: 'up', since: expect.any(String) } })
      const kai = data.sessions.find((session: any) => session.username === 'live-kai')
      expect(kai).toMatchObject({ key: expect.stringMatching(/^default\/pppoe\/\*[0-9A-F]+$/), serviceType: 'pppoe', startedAt: expect.any(String), routerId: 'default' })
    }).toPass()
  })

  test('gets who comes and goes, and what is carried', async ({ request, world }) => {
    await subscribe(world, 'live-lea', 'Lea Live')
    const { token } = await world.caller(request, 'admin')
    const stream = await Stream.open(world.url, token)
    await stream.next('reset')
    const { '.id': id } = await world.router.dialIn('live-lea')
    const key = `default/pppoe/${id}`
    const up = await stream.next('delta')
    expect(up.data).toMatchObject({ asOf: expect.any(String), up: [{ key, username: 'live-lea' }], down: [] })
    const traffic = await stream.next('traffic')
    expect(traffic.data).toMatchObject({ asOf: expect.any(String), totals: { rateDownBps: expect.any(Number), rateUpBps: expect.any(Number) } })
    expect(traffic.data.rows.map((row: any[]) => row.length)).toContain(5)
    await world.router.hangUp('live-lea')
    const down = await stream.next('delta')
    stream.close()
    expect(down.data.down).toMatchObject([{ key }])
  })

  test('goes on where it was when it comes back', async ({ request, page, world }) => {
    await subscribe(world, 'live-mia', 'Mia Live')
    await watch(page, world)
    const { token } = await world.caller(request, 'admin')
    const first = await Stream.open(world.url, token)
    const { id } = await first.next('reset')
    first.close()
    await world.router.dialIn('live-mia')
    await expect(rowOf(sessions(page), 'live-mia')).toBeVisible()
    const again = await Stream.open(world.url, token, id)
    const next = [await again.next(), await again.next()]
    again.close()
    expect(next.map(({ name }) => name)).not.toContain('reset')
  })
})

test('the customer’s own page shows them online and their speed as it happens', async ({ page, world }) => {
  const admin = await world.staff('admin')
  const customer = await admin.adds('Lina Line', 'live-line')
  await admin.syncs(customer)
  await open(page, world, 'admin', `/customers/${customer.id}`)
  await expect(page.getByText('Offline')).toBeVisible()
  await world.router.dialIn('live-line')
  await expect(page.getByText('Online for')).toBeVisible()
  await expect(page.getByText('of 10.24 Mbps')).toBeVisible()
})
