import AxeBuilder from '@axe-core/playwright'
import { type Page } from '@playwright/test'
import { accounts, customer, expect, hydrated, rowOf, sessions, signIn, test, World, type World as TWorld } from '../world'

/** A customer on the router, online. */
async function online(world: TWorld, page: Page, n: number, name: string): Promise<string> {
  const username = `user-${n}`
  const admin = await world.caller(page.request, 'admin')
  await admin.sync(customer(`CUS-${n}`, username, name))
  await world.router.dialIn(username)
  return username
}

test('somebody who is not signed in is sent to sign in and comes back to where they wanted to go', async ({ page, world }) => {
  const answer = await page.request.get(`${world.url}/mikrotik?type=hotspot`, { maxRedirects: 0 })
  expect(answer.status()).toBe(303)
  await signIn(page, world, 'admin', '/mikrotik?type=hotspot')
  await expect(page).toHaveURL(/\/mikrotik\?type=hotspot$/)
})

test('a wrong password is refused in words', async ({ page, world }) => {
  await page.goto(`${world.url}/sign-in`)
  await page.getByLabel('Username or e-mail').fill('admin')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('That name and password do not fit together.')).toBeVisible()
})

test.describe('without WASM', () => {
  test.use({ javaScriptEnabled: false })

  test('the page shows the router, who is online and the accounts, and ends a session by a form', async ({ page, world }) => {
    const ana = await online(world, page, 1, 'Ana Souza')
    await signIn(page, world, 'admin')
    await expect(page.getByText('RB5009UG+S+')).toBeVisible()
    await expect(page.getByText('RouterOS 7.22.3')).toBeVisible()
    await expect(rowOf(sessions(page), ana)).toContainText('Ana Souza')
    await expect(rowOf(sessions(page), ana)).toContainText('5120k/10240k')
    await expect(rowOf(accounts(page), ana)).toContainText('In sync')

    await rowOf(sessions(page), ana).getByRole('link', { name: `Disconnect ${ana}` }).click()
    await expect(page.getByRole('dialog')).toContainText('Ana Souza')
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await expect(page.getByRole('status').filter({ hasText: ana })).toContainText('session has ended')
  })

  test('an ended session is told as an error by the same form', async ({ page, world }) => {
    const gone = await online(world, page, 2, 'Gone Already')
    await signIn(page, world, 'admin')
    await rowOf(sessions(page), gone).getByRole('link', { name: `Disconnect ${gone}` }).click()
    await world.router.hangUp(gone)
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await expect(page.getByText('it has ended already', { exact: false })).toBeVisible()
  })
})

test('with WASM a session is ended and the page shows that it is gone, without a reload', async ({ page, world }) => {
  const eva = await online(world, page, 3, 'Eva Lima')
  await signIn(page, world, 'office')
  await hydrated(page)
  await page.evaluate(() => Object.assign(window, { notReloaded: true }))
  const before = (await world.router.rows('/ppp/active')).find((row) => row.name === eva)
  await rowOf(sessions(page), eva).getByRole('link', { name: `Disconnect ${eva}` }).click()
  await expect(page.getByRole('dialog')).toContainText('Eva Lima will be offline')
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByRole('status').filter({ hasText: eva })).toContainText('session has ended')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const after = (await world.router.rows('/ppp/active')).map((row) => row['.id'])
  expect(after).not.toContain(before?.['.id'])
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true)
})

test('the dialog keeps the customer online when it is closed', async ({ page, world }) => {
  const ida = await online(world, page, 4, 'Ida Berg')
  await signIn(page, world, 'admin')
  await hydrated(page)
  await rowOf(sessions(page), ida).getByRole('link', { name: `Disconnect ${ida}` }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(rowOf(sessions(page), ida)).toBeVisible()
})

test('the search box filters sessions as one types', async ({ page, world }) => {
  const uma = await online(world, page, 5, 'Uma Thapa')
  const zoe = await online(world, page, 6, 'Zoé Aubert')
  await signIn(page, world, 'admin')
  await hydrated(page)
  await page.getByRole('searchbox').fill('thapa')
  await expect(rowOf(sessions(page), uma)).toBeVisible()
  await expect(rowOf(sessions(page), zoe)).toHaveCount(0)
})

test('hotspot guests have their own list', async ({ page, world }) => {
  const admin = await world.caller(page.request, 'admin')
  await admin.sync(customer('CUS-7', 'room-7', 'Room 7'), 'hotspot')
  await world.router.dialIn('room-7', 'hotspot')
  await signIn(page, world, 'admin')
  await page.getByRole('link', { name: 'Hotspot' }).click()
  await expect(rowOf(sessions(page), 'room-7')).toContainText('Room 7')
})

test('office staff see who is online and not the accounts', async ({ page, world }) => {
  await signIn(page, world, 'office')
  await expect(page.getByText('Office Staff')).toBeVisible()
  await expect(accounts(page)).toHaveCount(0)
})

test('signing out ends the sign-in', async ({ page, world }) => {
  await signIn(page, world, 'admin')
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await expect(page.getByLabel('Username or e-mail')).toBeVisible()
  await page.goto(`${world.url}/mikrotik`)
  await expect(page.getByLabel('Username or e-mail')).toBeVisible()
})

test('a wrong router password is told with what to do, and the console works on', async ({ page }) => {
  const world = await World.start({ MIKROTIK_PASSWORD: 'wrong' })
  try {
    await page.goto(`${world.url}/mikrotik`)
    await page.getByLabel('Username or e-mail').fill('admin')
    await page.getByLabel('Password').fill('a long passphrase')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('invalid user name or password (6)').first()).toBeVisible()
    await expect(page.getByText('/user set netpilot-api').first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible()
  } finally {
    await world.stop()
  }
})

test('without a router the console says so', async ({ page }) => {
  const world = await World.start({ MIKROTIK_HOST: '' })
  try {
    await page.goto(`${world.url}/mikrotik`)
    await page.getByLabel('Username or e-mail').fill('admin')
    await page.getByLabel('Password').fill('a long passphrase')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('No router is configured.').first()).toBeVisible()
  } finally {
    await world.stop()
  }
})

for (const [at, scheme] of (['light', 'dark'] as const).entries()) {
  for (const width of [1440, 390, 320]) {
    test(`nothing is wrong for readers, and nothing is wider than the window, at ${width} pixels in ${scheme}`, async ({ page, world }) => {
      const user = await online(world, page, width * 2 + at, 'Maximiliana Featherstonehaugh-Cholmondeley')
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      await signIn(page, world, 'admin')
      await hydrated(page)
      await expect(rowOf(sessions(page), user)).toBeVisible()
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      expect(found.violations.map((violation) => [violation.id, violation.nodes.map((node) => node.html)])).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    })
  }
}

test('no page carries a style attribute, and nothing goes wrong in the browser', async ({ page, world }) => {
  const wrong: string[] = []
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(message.text()) })
  page.on('pageerror', (error) => wrong.push(String(error)))
  await signIn(page, world, 'admin')
  await hydrated(page)
  for (const path of ['/mikrotik', '/mikrotik?type=hotspot', '/sign-in']) {
    const html = await (await page.request.get(world.url + path)).text()
    expect(html).not.toMatch(/\sstyle=/)
  }
  expect(wrong).toEqual([])
})
