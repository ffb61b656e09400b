import { type Page } from '@playwright/test'
import { type Caller, type Customer, expect, letIn, open, rowOf, test, type World } from '../world'

const past = (page: Page) => page.getByRole('table', { name: 'Past sessions' })

/** What the history says last of a username. */
async function last(caller: Caller, username: string): Promise<any> {
  const { body } = await caller.call('GET', `/api/mikrotik/sessions/history?username=${username}&limit=1`)
  return body.items[0]
}

/** A customer who was online. */
async function wasOnline(world: World, caller: Caller, name: string, username: string): Promise<Customer> {
  const admin = await world.staff('admin')
  const customer = await admin.adds(name, username)
  await admin.syncs(customer)
  await world.router.dialIn(username)
  await expect.poll(() => last(caller, username)).toMatchObject({ username, customerId: customer.id, serviceType: 'pppoe', routerId: 'default' })
  await world.router.hangUp(username)
  await expect.poll(() => last(caller, username)).toMatchObject({ endReason: 'hung-up' })
  return customer
}

test('who hung up stands in the list and on the customer’s page', async ({ page, request, world }) => {
  const customer = await wasOnline(world, await world.caller(request, 'office'), 'Hilda History', 'hilda-past')
  await open(page, world, 'office', '/mikrotik')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'History' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('History')
  await page.getByRole('searchbox').fill('hilda-past')
  await page.getByRole('searchbox').press('Enter')
  await expect(past(page).getByRole('row')).toHaveCount(2)
  await expect(rowOf(past(page), 'Hilda History')).toContainText('Hung up')
  await past(page).getByRole('link', { name: 'Hilda History' }).click()
  await expect(rowOf(past(page), 'Hung up')).toBeVisible()
  await page.getByRole('link', { name: 'All of them' }).click()
  await expect(page).toHaveURL(new RegExp(`customer=${customer.id}$`))
  await expect(rowOf(past(page), 'hilda-past')).toBeVisible()
})

test('of whom nothing is kept that is said', async ({ page, world }) => {
  await open(page, world, 'office', '/mikrotik/history?q=xyzzy')
  await expect(page.getByText('No session of “xyzzy” is kept')).toBeVisible()
})

test('parameters that cannot be read are named', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  for (const wrong of ['limit=0', 'limit=1001', 'limit=many', 'since=yesterday', 'until=2026-13-01T00:00:00Z', 'cursor=x']) {
    const { status, body } = await admin.call('GET', `/api/mikrotik/sessions/history?${wrong}`)
    expect([status, body.code], wrong).toEqual([400, 'invalid-parameter'])
  }
  const { status, body } = await admin.call('GET', '/api/mikrotik/sessions/history?type=carrier-pigeon')
  expect([status, body.code]).toEqual([400, 'invalid-service-type'])
})

test.describe('without WASM', () => {
  test.use({ javaScriptEnabled: false })

  test('the list is searched and turned by links and forms', async ({ page, request, world }) => {
    await wasOnline(world, await world.caller(request, 'admin'), 'Plain Past', 'plain-past')
    await letIn(page.context(), world, 'admin')
    await page.goto(`${world.url}/mikrotik/history`)
    await page.getByRole('searchbox').fill('plain-past')
    await page.getByRole('searchbox').press('Enter')
    await expect(page).toHaveURL(/q=plain-past/)
    await expect(rowOf(past(page), 'Plain Past')).toContainText('Hung up')
  })
})
