import { type Page } from '@playwright/test'
import { expect, open, packages, rateLimit, rowOf, saidOf, test } from '../world'

/** What a package becomes on the router, beside its form. */
function preview(page: Page) {
  return page.getByRole('complementary', { name: 'On the router' })
}

function shown(page: Page): Promise<string> {
  return rateLimit(preview(page))
}

test('the rate limit changes while speeds are typed, with the network cut', async ({ page, context, world }) => {
  await open(page, world, 'admin', '/packages/new')
  await context.setOffline(true)
  await page.getByLabel('Name', { exact: true }).fill('Cut Off')
  await page.getByLabel('Download', { exact: true }).fill('10')
  await page.getByLabel('Upload', { exact: true }).fill('5')
  await expect.poll(() => shown(page)).toBe('5120k/10240k')
  await page.getByRole('switch', { name: 'Burst' }).check()
  await page.getByLabel('Burst download', { exact: true }).fill('20')
  await page.getByLabel('Burst upload', { exact: true }).fill('10')
  await expect.poll(() => shown(page)).toBe('5120k/10240k 10240k/20480k 5120k/10240k 8/8 8')
})

test('the preview says in plain words how a burst feels', async ({ page, world }) => {
  const { id } = await (await world.staff('admin')).sells('Plain Words', 10, 5, { burstEnabled: true, burstDownloadSpeed: 20, burstUploadSpeed: 10 })
  await open(page, world, 'admin', `/packages/${id}`)
  await expect(preview(page)).toContainText('20 Mbps for')
  await expect(preview(page)).toContainText('then 10 Mbps')
})

test('the preview is of PPPoE or hotspot', async ({ page, world }) => {
  const { id } = await (await world.staff('admin')).sells('Two Ways', 10, 5)
  await open(page, world, 'admin', `/packages/${id}`)
  await expect(preview(page)).toContainText('Two_Ways_pppoe')
  await preview(page).getByRole('button', { name: 'Hotspot' }).click()
  await expect(preview(page)).toContainText('Two_Ways_hotspot')
})

test('a package is added by the form and is in the list', async ({ page, world }) => {
  await open(page, world, 'admin', '/packages/new')
  await page.getByLabel('Name', { exact: true }).fill('Form 25')
  await page.getByLabel('Download', { exact: true }).fill('25')
  await page.getByLabel('Upload', { exact: true }).fill('2.5')
  await page.getByRole('button', { name: 'Add package' }).click()
  await expect(page).toHaveURL(/\/packages\/PKG-\d+$/)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Packages' }).click()
  await expect(rowOf(packages(page), 'Form 25')).toContainText('25 / 2.5 Mbps')
})

for (const [label, text, said] of [
  ['Download', '0', '0.1 or more'],
  ['Upload', 'fast', 'Type a number'],
  ['Price', '-1', 'Type a number'],
  ['Priority', '9', '8'],
] as const) {
  test(`the form names what is wrong at its field: ${label} ${text}`, async ({ page, world }) => {
    await open(page, world, 'admin', '/packages/new')
    await page.getByLabel('Name', { exact: true }).fill('Wrong')
    await page.getByLabel('Download', { exact: true }).fill('10')
    await page.getByLabel('Upload', { exact: true }).fill('5')
    const field = page.getByLabel(label, { exact: true })
    await field.fill(text)
    await field.blur()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect.poll(() => saidOf(field)).toContain(said)
  })
}

test('half a burst is named before anything is sent', async ({ page, world }) => {
  await open(page, world, 'admin', '/packages/new')
  await page.getByLabel('Name', { exact: true }).fill('Half')
  await page.getByLabel('Download', { exact: true }).fill('10')
  await page.getByLabel('Upload', { exact: true }).fill('5')
  await page.getByRole('switch', { name: 'Burst' }).check()
  await page.getByLabel('Burst download', { exact: true }).fill('20')
  await page.getByRole('button', { name: 'Add package' }).click()
  await expect.poll(() => saidOf(page.getByLabel('Burst upload', { exact: true }))).toContain('A burst needs both its speeds.')
  await expect(page).toHaveURL(/\/packages\/new$/)
})

test('a name that is taken is named at its field', async ({ page, world }) => {
  await (await world.staff('admin')).sells('Taken 1', 10, 5)
  await open(page, world, 'admin', '/packages/new')
  await page.getByLabel('Name', { exact: true }).fill('Taken 1')
  await page.getByLabel('Download', { exact: true }).fill('10')
  await page.getByLabel('Upload', { exact: true }).fill('5')
  await page.getByRole('button', { name: 'Add package' }).click()
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')
})

test('a package is changed by the form', async ({ page, world }) => {
  const { id } = await (await world.staff('admin')).sells('Change 10', 10, 5)
  await open(page, world, 'admin', `/packages/${id}`)
  await page.getByLabel('Download', { exact: true }).fill('12')
  await page.getByRole('button', { name: 'Save package' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Download', { exact: true })).toHaveValue('12')
})

test('two people who change the same package: the second is told', async ({ page, context, world }) => {
  const { id } = await (await world.staff('admin')).sells('Version 10', 10, 5)
  const other = await context.newPage()
  await open(page, world, 'admin', `/packages/${id}`)
  await open(other, world, 'admin', `/packages/${id}`)
  await page.getByLabel('Download', { exact: true }).fill('11')
  await page.getByRole('button', { name: 'Save package' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await other.bringToFront()
  await other.getByLabel('Download', { exact: true }).fill('13')
  await other.getByRole('button', { name: 'Save package' }).click()
  await expect(other.getByRole('alert')).toContainText('Somebody else changed')
  await other.getByRole('button', { name: 'Load theirs' }).click()
  await expect(other.getByLabel('Download', { exact: true })).toHaveValue('11')
})

test('a package that somebody has cannot be deleted, and its customers are shown', async ({ page, world }) => {
  const admin = await world.staff('admin')
  const { id } = await admin.sells('In Use', 10, 5)
  await admin.adds('Ulla User', 'ulla-uses', { servicePackage: 'In Use' })
  await open(page, world, 'admin', `/packages/${id}`)
  await page.getByRole('link', { name: 'Delete package' }).click()
  await expect(page.getByRole('dialog')).toContainText('1 customer has it.')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete package' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('1 customer has this package.')
  await page.getByRole('dialog').getByRole('link', { name: 'Show its customers' }).click()
  await expect(page.getByRole('main').getByRole('link', { name: 'Ulla User' })).toBeVisible()
})

test('the customers of a package are found from the list of packages', async ({ page, world }) => {
  const admin = await world.staff('admin')
  await admin.sells('Few & Fine', 10, 5)
  await admin.adds('Carla Counted', 'carla-counts', { servicePackage: 'Few & Fine' })
  await admin.adds('Fine Fellow', 'fine-fellow')
  await open(page, world, 'admin', '/packages')
  await rowOf(packages(page), 'Few & Fine').getByRole('link', { name: '1', exact: true }).click()
  await expect(page.getByRole('main').getByRole('link', { name: 'Carla Counted' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: 'Fine Fellow' })).toHaveCount(0)
})

test('a package that nobody has is deleted', async ({ page, world }) => {
  const { id } = await (await world.staff('admin')).sells('Unused', 10, 5)
  await open(page, world, 'admin', `/packages/${id}`)
  await page.getByRole('link', { name: 'Delete package' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete package' }).click()
  await expect(page).toHaveURL(/\/packages$/)
  await expect(rowOf(packages(page), 'Home 10')).toBeVisible()
  await expect(rowOf(packages(page), 'Unused')).toHaveCount(0)
})

test('a package’s new name is its customers’ too', async ({ page, world }) => {
  const admin = await world.staff('admin')
  const { id } = await admin.sells('Old Name', 10, 5)
  const customer = await admin.adds('Rena Renamed', 'rena-name', { servicePackage: 'Old Name' })
  await open(page, world, 'admin', `/packages/${id}`)
  await page.getByLabel('Name', { exact: true }).fill('New Name')
  await page.getByRole('button', { name: 'Save package' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New Name')
  expect((await admin.ask('customers/get', { id: customer.id })).body.servicePackage).toBe('New Name')
})
