import { type Locator, type Page } from '@playwright/test'
import { type Customer, customers, expect, note, open, planned, rateLimit, rowOf, sync, test, type World } from '../world'

/** A customer on the router, online, with a package of their own. */
async function online(world: World, name: string, username: string, servicePackage = 'Home 10'): Promise<Customer> {
  const admin = await world.staff('admin')
  const customer = await admin.adds(name, username, { servicePackage })
  await admin.syncs(customer)
  await world.router.dialIn(username)
  return customer
}

function look(page: Page, world: World, { id }: Customer): Promise<void> {
  return open(page, world, 'admin', `/customers/${id}`)
}

/** The one button of a sync. */
function button(page: Page, name: string | RegExp): Locator {
  return sync(page).getByRole('button', { name })
}

/** The limit of the session they have now, in bit/s, upload first. */
async function limitOf(world: World, username: string): Promise<string | undefined> {
  return (await world.router.row('/queue/simple', `<pppoe-${username}>`))?.['max-limit']
}

test.describe('the plan on a customer’s page', () => {
  test('shows what is there before and after, and who would be disconnected', async ({ page, world }) => {
    const customer = await online(world, 'Pam Plan', 'pam-plan')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    await look(page, world, customer)
    await expect(planned(page, 'Profile')).toContainText('Home_10_pppoe')
    await expect(planned(page, 'Profile')).toContainText('becomes Home_20_pppoe')
    await expect(sync(page)).toContainText('Pam Plan will be offline for about 5 s while the device redials.')
  })

  test('says of a customer who is not there yet what is made', async ({ page, world }) => {
    const customer = await (await world.staff('admin')).adds('Abe Absent', 'abe-plan')
    await look(page, world, customer)
    await expect(sync(page)).toContainText('Not on the router')
    await expect(planned(page, 'Username', 'add')).toContainText('abe-plan')
    await expect(sync(page)).toContainText('Abe Absent notices nothing: no session ends.')
  })

  test('tells a password only as set or changed', async ({ page, world }) => {
    const admin = await world.staff('admin')
    const customer = await online(world, 'Pat Password', 'pat-plan')
    await admin.changes(customer, { pppoePassword: 'another-s3cret' })
    await look(page, world, customer)
    await expect(planned(page, 'Password')).toContainText('changed')
    expect(await page.content()).not.toContain('s3cret')
  })

  test('writes nothing', async ({ page, world }) => {
    const customer = await online(world, 'Noa Nothing', 'noa-plan')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    const before = await world.router.writes()
    await look(page, world, customer)
    await expect(planned(page, 'Profile')).toBeVisible()
    expect(await world.router.writes()).toBe(before)
  })

  test('is of the service by which the customer gets online; the other one is shown and not planned', async ({ page, world }) => {
    const customer = await online(world, 'Hal Hotspot', 'hal-plan')
    await look(page, world, customer)
    await expect(sync(page)).toContainText('Nothing would change')
    await sync(page).getByText('Hotspot', { exact: true }).click()
    await expect(sync(page)).toContainText('Home_10_hotspot')
    await expect(sync(page)).toContainText('Hal Hotspot gets online by PPPoE. The service is changed in the customer’s form.')
    await expect(sync(page).getByRole('button', { name: /^Sync/ })).toHaveCount(0)
  })

  test('says nothing twice', async ({ page, world }) => {
    await (await world.staff('admin')).sells('Never Used', 10, 5)
    const customer = await (await world.staff('admin')).adds('Una Unique', 'una-plan', { servicePackage: 'Never Used' })
    await look(page, world, customer)
    await expect(planned(page, 'Username', 'add')).toBeVisible()
    const lines = await sync(page).getByRole('listitem').allInnerTexts()
    expect(lines).toEqual([...new Set(lines)])
  })

  test('follows the speeds as they are typed, whose string needs no network', async ({ page, context, world }) => {
    await (await world.staff('admin')).sells('Try 10', 10, 5)
    const customer = await online(world, 'Tia Tries', 'tia-plan', 'Try 10')
    await look(page, world, customer)
    await expect(sync(page)).toContainText('Nothing would change')
    await sync(page).getByLabel('Download', { exact: true }).fill('12')
    await expect(planned(page, 'Speed')).toContainText('5120k/10240k')
    await expect(planned(page, 'Speed')).toContainText('becomes 5120k/12288k')
    await expect(sync(page)).toContainText('Try 10 changes; only Tia Tries has it.')
    await context.setOffline(true)
    await sync(page).getByLabel('Download', { exact: true }).fill('16')
    await expect.poll(() => rateLimit(sync(page))).toBe('5120k/16384k')
  })
})

test.describe('applying the plan', () => {
  test('gives the customer what was sold: the router’s row and the live session', async ({ page, world }) => {
    const customer = await online(world, 'Ada Applied', 'ada-sync')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    await look(page, world, customer)
    await button(page, 'Sync Ada Applied to the router').click()
    await expect(sync(page)).toContainText('Done. Ada Applied was changed on the router and read back.')
    expect((await world.router.row('/ppp/secret', 'ada-sync'))?.profile).toBe('Home_20_pppoe')
    expect((await world.router.row('/ppp/profile', 'Home_20_pppoe'))?.['rate-limit']).toBe('10240k/20480k')
    await expect.poll(() => limitOf(world, 'ada-sync')).toBe('10240000/20480000')
  })

  test('is there for a client that nobody here wrote, too', async ({ page, world }) => {
    const customer = await online(world, 'Ola Others', 'ola-sync')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    await look(page, world, customer)
    await button(page, /^Sync Ola/).click()
    await expect(sync(page)).toContainText('read back')
    expect(world.router.readByOthers('/ppp/secret', 'ola-sync', 'profile')).toBe('Home_20_pppoe')
    expect(world.router.readByOthers('/ppp/profile', 'Home_20_pppoe', 'rate-limit')).toBe('10240k/20480k')
  })

  test('is followed by another look at the router and by their session as it is now', async ({ page, world }) => {
    const customer = await online(world, 'Asa Again', 'asa-sync')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    await look(page, world, customer)
    await button(page, /^Sync Asa/).click()
    await expect(page.getByRole('complementary', { name: 'On the router' })).toContainText('In sync')
    await expect(page.getByRole('main')).toContainText('of 20.48 Mbps')
  })

  test('leaves a second plan nothing to change', async ({ page, world }) => {
    const customer = await (await world.staff('admin')).adds('Sia Second', 'sia-sync')
    await look(page, world, customer)
    await button(page, /^Sync Sia/).click()
    await expect(sync(page)).toContainText('The account of Sia Second was made and read back.')
    await button(page, 'Plan again').first().click()
    await expect(sync(page)).toContainText('Nothing would change: the router already holds all of this.')
  })

  test('of an edited speed changes the package, the profile and the session', async ({ page, world }) => {
    const admin = await world.staff('admin')
    const { id } = await admin.sells('Edit 10', 10, 5)
    const customer = await online(world, 'Edi Edits', 'edi-sync', 'Edit 10')
    await look(page, world, customer)
    await sync(page).getByLabel('Download', { exact: true }).fill('12')
    await expect(planned(page, 'Speed')).toContainText('becomes 5120k/12288k')
    await button(page, /^Sync Edi/).click()
    await expect(sync(page)).toContainText('was changed on the router and read back')
    expect((await world.router.row('/ppp/profile', 'Edit_10_pppoe'))?.['rate-limit']).toBe('5120k/12288k')
    await expect.poll(() => limitOf(world, 'edi-sync')).toBe('5120000/12288000')
    expect((await admin.ask('packages/get', { id })).body.package.downloadSpeed).toBe(12)
  })

  test('is refused where the router has changed since, and the plan is made again', async ({ page, world }) => {
    const customer = await online(world, 'Sol Stale', 'sol-sync')
    await (await world.staff('admin')).changes(customer, { servicePackage: 'Home 20' })
    await look(page, world, customer)
    await expect(planned(page, 'Profile')).toBeVisible()
    await world.router.edit('/ppp/secret', 'sol-sync', { profile: 'default' })
    const before = await world.router.writes()
    await button(page, /^Sync Sol/).click()
    await expect(sync(page)).toContainText('The router has changed since; here is the new plan.')
    await expect(planned(page, 'Profile')).toContainText('default')
    await expect(planned(page, 'Profile')).toContainText('becomes Home_20_pppoe')
    expect(await world.router.writes()).toBe(before)
  })

  test('tells a refusal in the router’s words, with what to do', async ({ page, world }) => {
    const customer = await (await world.staff('admin')).adds('Rex Refused', 'rex-sync')
    await look(page, world, customer)
    await world.router.trouble({ 'trap-on': { command: '/ppp/secret/add', message: 'failure: out of space', times: 1 } })
    await button(page, /^Sync Rex/).click()
    await expect(sync(page)).toContainText('Failed')
    await expect(sync(page)).toContainText('failure: out of space')
    await expect(sync(page)).toContainText('Correct what the router names, then plan again.')
    await button(page, 'Retry 1 failed').click()
    await button(page, /^Sync Rex/).click()
    await expect(sync(page)).toContainText('The account of Rex Refused was made and read back.')
  })

  test('of a suspended customer puts them offline, and they stay offline', async ({ page, world }) => {
    const customer = await online(world, 'Sue Suspended', 'sue-sync')
    await look(page, world, customer)
    await page.getByRole('link', { name: 'Change customer' }).click()
    await page.getByLabel('Status').selectOption('Suspended')
    await page.getByRole('button', { name: 'Save customer' }).click()
    await expect(sync(page)).toContainText('Sue Suspended goes offline and stays offline.')
    await button(page, /^Sync Sue/).click()
    await expect(sync(page)).toContainText('was changed on the router and read back')
    await expect(page.getByText('Offline', { exact: true })).toBeVisible()
    await expect(world.router.dialIn('sue-sync')).rejects.toThrow('the secret is disabled')
    expect(await world.router.row('/ppp/active', 'sue-sync')).toBeUndefined()
  })
})

test.describe('several customers', () => {
  async function plan(page: Page, world: World, filter: string, names: string[]): Promise<void> {
    await open(page, world, 'admin', '/customers')
    await page.getByRole('searchbox').fill(filter)
    for (const name of names) await rowOf(customers(page), name).getByRole('checkbox').check()
    await expect(page.getByRole('group', { name: 'Selection' })).toContainText(`${names.length} selected`)
    await page.getByRole('button', { name: 'Plan a sync' }).click()
  }

  test('are planned together: what is made, what changes, what is right already', async ({ page, world }) => {
    const admin = await world.staff('admin')
    await admin.adds('Many One', 'many-a-1')
    await admin.changes(await online(world, 'Many Two', 'many-a-2'), { servicePackage: 'Home 20' })
    await online(world, 'Many Three', 'many-a-3')
    await plan(page, world, 'many-a', ['Many One', 'Many Two', 'Many Three'])
    const drawer = page.getByRole('dialog', { name: 'Sync 3 customers' })
    for (const [word, count] of [['to create', 1], ['to change', 1], ['already right', 1], ['cannot be done', 0]]) {
      await expect(drawer.locator('dl.totals > div').filter({ hasText: String(word) })).toContainText(String(count))
    }
    await expect(drawer).toContainText('1 redials, offline about 5 s. 2 notice nothing.')
  })

  test('get an outcome each; one that failed says why, and is retried once the cause is gone', async ({ page, world }) => {
    const admin = await world.staff('admin')
    const blocker = await online(world, 'Blocker', 'many-blocker')
    await world.router.edit('/ppp/secret', 'many-blocker', { name: 'many-b-2', comment: 'house account' })
    await admin.ask('customers/delete', { id: blocker.id, version: String(blocker.version), account: 'leave' })
    await admin.adds('Blocked One', 'many-b-1')
    await admin.adds('Blocked Two', 'many-b-2')
    await plan(page, world, 'many-b', ['Blocked One', 'Blocked Two'])
    await button(page, 'Sync 1 customer').click()
    await expect(sync(page)).toContainText('1 done, 1 failed.')
    const outcome = (name: string) => sync(page).getByRole('listitem').filter({ hasText: name })
    await expect(outcome('Blocked One')).toContainText('Done')
    await expect(outcome('Blocked Two')).toContainText('The router has an account many-b-2 already. It was not made by NetPilot. It stays untouched.')
    await expect(outcome('Blocked Two')).toContainText('Give the customer another username, or remove that account on the router.')
    await world.router.edit('/ppp/secret', 'many-b-2', { name: 'house' })
    await button(page, 'Retry 1 failed').click()
    await button(page, 'Sync 1 customer').click()
    await expect(outcome('Blocked Two')).toContainText('Done')
    expect((await world.router.row('/ppp/secret', 'many-b-2'))?.comment).toContain('NetPilot Customer: Blocked Two')
  })

  test('are chosen all at once, and the drawer is left by Escape', async ({ page, world }) => {
    const admin = await world.staff('admin')
    for (const n of [1, 2, 3]) await admin.adds(`Whole ${n}`, `many-c-${n}`)
    await open(page, world, 'admin', '/customers')
    await page.getByRole('searchbox').fill('many-c')
    await expect(page.getByText('3 customers found')).toBeVisible()
    await customers(page).getByRole('checkbox', { name: 'Select all shown' }).check()
    await page.getByRole('button', { name: 'Plan a sync' }).click()
    await expect(page.getByRole('dialog', { name: 'Sync 3 customers' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Plan a sync' })).toBeFocused()
  })
})

test.describe('office staff', () => {
  test('see the customer and neither sync nor change nor delete', async ({ page, world }) => {
    const { id } = await online(world, 'Ola Office', 'ola-office')
    await open(page, world, 'office', `/customers/${id}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ola Office')
    await expect(page.getByText('Online for')).toBeVisible()
    await expect(sync(page)).toHaveCount(0)
    await expect(page.getByRole('link', { name: /Change customer|Delete customer/ })).toHaveCount(0)
  })

  test('see the list and can neither add nor select', async ({ page, world }) => {
    await online(world, 'Oto Office', 'oto-office')
    await open(page, world, 'office', '/customers')
    await expect(rowOf(customers(page), 'Oto Office')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Add customer' })).toHaveCount(0)
    await expect(customers(page).getByRole('checkbox')).toHaveCount(0)
  })

  test('see a package and cannot change it', async ({ page, world }) => {
    const { id } = await (await world.staff('admin')).sells('Home 10', 10, 5)
    await open(page, world, 'office', `/packages/${id}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Home 10')
    await expect(page.getByRole('link', { name: 'Delete package' })).toHaveCount(0)
    await expect(page.getByRole('textbox')).toHaveCount(0)
  })

  for (const path of ['/customers/new', '/packages/new']) {
    test(`are given no form at ${path}`, async ({ page, world }) => {
      await open(page, world, 'office', path)
      await expect(page.getByRole('main').getByRole('alert')).toContainText('Not allowed')
      await expect(page.getByRole('textbox')).toHaveCount(0)
    })
  }

  test('are refused by the server where they call it themselves', async ({ world }) => {
    const customer = await online(world, 'Oki Office', 'oki-office')
    const before = await world.router.writes()
    const office = await world.staff('office')
    const wanted = { customer_ids: [customer.id], packages: [], service_type: 'pppoe' }
    const body = { name: 'X', pppoeUsername: 'xxx', servicePackage: 'Home 10', status: 'Active', serviceType: 'pppoe' }
    const answers = {
      plan: await office.tell('mikrotik/plan', wanted),
      apply: await office.tell('mikrotik/apply', { ...wanted, plan_id: 'pln_1' }),
      run: await office.ask('mikrotik/run', { run_id: 'run_1' }),
      create: await office.tell('customers/create', { customer: body }),
      update: await office.tell('customers/update', { customer: { ...body, id: customer.id }, version: customer.version }),
      delete: await office.ask('customers/delete', { id: customer.id, version: '1', account: 'remove' }),
      compare: await office.ask('customers/compare', { id: customer.id }),
      createPackage: await office.tell('packages/create', { package: { name: 'X', downloadSpeed: 1, uploadSpeed: 1 } }),
      updatePackage: await office.tell('packages/update', { id: 'PKG-1', package: { name: 'X', downloadSpeed: 1, uploadSpeed: 1 }, version: 1 }),
      deletePackage: await office.ask('packages/delete', { id: 'PKG-1', version: '1' }),
      readOnly: await office.ask('mikrotik/read-only', { read_only: 'true' }),
    }
    for (const [name, { status, type, body }] of Object.entries(answers)) {
      expect([status, type, body.code], name).toEqual([403, 'application/problem+json', 'forbidden'])
      expect(body.requiredPermission, name).toBeTruthy()
    }
    expect(await world.router.writes()).toBe(before)
  })
})

test.describe('a read-only router', () => {
  test.afterEach(async ({ world }) => {
    await (await world.staff('admin')).ask('mikrotik/read-only', { read_only: 'false' })
  })

  test('is planned for and not written to until an admin allows writes on the page', async ({ page, world }) => {
    const customer = await (await world.staff('admin')).adds('Rae Readonly', 'rae-sync')
    await open(page, world, 'admin', '/mikrotik')
    await page.getByRole('button', { name: 'Make read-only' }).click()
    await expect(note(page, 'NetPilot writes nothing to this router until an admin allows it.')).toBeVisible()

    await look(page, world, customer)
    await expect(planned(page, 'Username', 'add')).toContainText('rae-sync')
    await button(page, /^Sync Rae/).click()
    await expect(sync(page).getByRole('alert')).toContainText('The router is read-only here')
    expect(await world.router.row('/ppp/secret', 'rae-sync')).toBeUndefined()

    await open(page, world, 'admin', '/mikrotik')
    await page.getByRole('button', { name: 'Allow writes' }).click()
    await expect(page.getByRole('button', { name: 'Make read-only' })).toBeVisible()
    await look(page, world, customer)
    await button(page, /^Sync Rae/).click()
    await expect(sync(page)).toContainText('The account of Rae Readonly was made and read back.')
  })

  test('tells office staff so, who cannot allow writes', async ({ page, world }) => {
    await (await world.staff('admin')).ask('mikrotik/read-only', { read_only: 'true' })
    await open(page, world, 'office', '/mikrotik')
    await expect(note(page, 'NetPilot writes nothing to this router until an admin allows it.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Allow writes' })).toHaveCount(0)
  })
})
