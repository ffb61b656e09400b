import { type Page } from '@playwright/test'
import { accounts, customer, expect, isStillTheSame, mark, open, PASSWORD, rowOf, sessions, signIn, test, watch, World } from '../world'

/** A customer on the router, online. */
async function online(world: World, page: Page, n: number, name: string): Promise<string> {
  const username = `user-${n}`
  const admin = await world.caller(page.request, 'admin')
  await admin.sync(customer(`MIK-${n}`, username, name))
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
    await expect(rowOf(sessions(page), ana)).toContainText('Basic 10Mbps')
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
  await open(page, world, 'office', '/mikrotik')
  await mark(page)
  const before = (await world.router.rows('/ppp/active')).find((row) => row.name === eva)
  await rowOf(sessions(page), eva).getByRole('link', { name: `Disconnect ${eva}` }).click()
  await expect(page.getByRole('dialog')).toContainText('Eva Lima will be offline')
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByRole('status').filter({ hasText: eva })).toContainText('session has ended')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const after = (await world.router.rows('/ppp/active')).map((row) => row['.id'])
  expect(after).not.toContain(before?.['.id'])
  expect(await isStillTheSame(page)).toBe(true)
})

test('the dialog keeps the customer online when it is closed', async ({ page, world }) => {
  const ida = await online(world, page, 4, 'Ida Berg')
  await open(page, world, 'admin', '/mikrotik')
  await rowOf(sessions(page), ida).getByRole('link', { name: `Disconnect ${ida}` }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(rowOf(sessions(page), ida)).toBeVisible()
})

test('the search box filters sessions as one types', async ({ page, world }) => {
  const uma = await online(world, page, 5, 'Uma Thapa')
  const zoe = await online(world, page, 6, 'Zoé Aubert')
  await open(page, world, 'admin', '/mikrotik')
  await page.getByRole('searchbox').fill(uma)
  await expect(rowOf(sessions(page), uma)).toBeVisible()
  await expect(rowOf(sessions(page), zoe)).toHaveCount(0)
})

test('the count says how many of all sessions match what is typed', async ({ page, world }) => {
  const kim = await online(world, page, 8, 'Kim Sato')
  await watch(page, world)
  await page.getByRole('searchbox').fill(kim)
  const all = (await world.router.rows('/ppp/active')).length
  await expect(page.getByText(/ of [\d,]+ sessions$/)).toHaveText(`1 of ${all} sessions`)
})

test('hotspot guests have their own list', async ({ page, world }) => {
  const admin = await world.caller(page.request, 'admin')
  await admin.sync(customer('MIK-7', 'room-7', 'Room 7'), 'hotspot')
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
  const world = await World.start({ env: { MIKROTIK_PASSWORD: 'wrong' } })
  try {
    await page.goto(`${world.url}/mikrotik`)
    await page.getByLabel('Username or e-mail').fill('admin')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('invalid user name or password (6)').first()).toBeVisible()
    await expect(page.getByText('/user set netpilot-api').first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible()
  } finally {
    await world.stop()
  }
})

test('without a router the console says so', async ({ page }) => {
  const world = await World.start({ env: { MIKROTIK_HOST: '' } })
  try {
    await page.goto(`${world.url}/mikrotik`)
    await page.getByLabel('Username or e-mail').fill('admin')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('No router is configured.').first()).toBeVisible()
  } finally {
    await world.stop()
  }
})
