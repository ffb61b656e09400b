import { type Page } from '@playwright/test'
import { type Customer, customers, expect, isStillTheSame, letIn, mark, open, rowOf, saidOf, test, type World } from '../world'

/** A customer on the router, online. */
async function online(world: World, name: string, username: string): Promise<Customer> {
  const admin = await world.staff('admin')
  const customer = await admin.adds(name, username)
  await admin.syncs(customer)
  await world.router.dialIn(username)
  return customer
}

/** Opens the form that changes a customer. */
async function change(page: Page, world: World, { id }: Customer): Promise<void> {
  await open(page, world, 'admin', `/customers/${id}`)
  await page.getByRole('link', { name: 'Change customer' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Change')
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save customer' }).click()
}

test.describe('the form for a new customer', () => {
  test.beforeEach(({ page, world }) => open(page, world, 'admin', '/customers/new'))

  test('adds a customer, and their page follows', async ({ page }) => {
    await page.getByLabel('Name', { exact: true }).fill('Nadia O’Brien')
    await page.getByLabel('Phone').fill('+880 1711-555123')
    await page.getByLabel('Package').selectOption('Home 10')
    await page.getByLabel('Username').fill('nadia-form')
    await page.getByLabel('Password', { exact: true }).fill('dial-in-s3cret')
    await page.getByRole('button', { name: 'Add customer' }).click()
    await expect(page).toHaveURL(/\/customers\/CUS-\d+$/)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nadia O’Brien')
    await expect(page.getByRole('main')).toContainText('+880 1711-555123')
  })

  test('shows a password that was made this once, and leads on to the customer', async ({ page, world }) => {
    await page.getByLabel('Name', { exact: true }).fill('Gen Erated')
    await page.getByLabel('Package').selectOption('Home 10')
    await page.getByLabel('Username').fill('gen-form')
    await page.getByRole('button', { name: 'Add customer' }).click()
    const added = page.getByRole('region', { name: 'Gen Erated is added' })
    await expect(added).toContainText('shown this once')
    const password = await added.getByRole('definition').last().locator('bdi').innerText()
    await added.getByRole('link', { name: 'Open Gen Erated' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gen Erated')
    const { body } = await (await world.staff('admin')).ask('customers/list', { q: 'gen-form' })
    await (await world.staff('admin')).syncs(body.items[0])
    expect((await world.router.row('/ppp/secret', 'gen-form'))?.password).toBe(password)
  })

  for (const [label, text, said] of [
    ['Username', 'ab', 'A username has 3 characters or more.'],
    ['Device (MAC address)', '00:11:22:33:44:GG', 'MAC'],
    ['Fixed IP address', '10.0.0', '10.0.0'],
    ['E-mail', 'nadia@', 'write it like ana@example.com'],
    ['Password', '12345', 'A password has 6 characters or more.'],
  ] as const) {
    test(`names what is wrong at its field before anything is sent: ${label} ${text}`, async ({ page }) => {
      const sent: string[] = []
      page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()) })
      const field = page.getByLabel(label, { exact: true })
      await field.fill(text)
      await field.blur()
      await expect(field).toHaveAttribute('aria-invalid', 'true')
      await expect.poll(() => saidOf(field)).toContain(said)
      expect(sent).toEqual([])
    })
  }

  test('takes what was wrong back while it is put right', async ({ page }) => {
    const mac = page.getByLabel('Device (MAC address)')
    await mac.fill('nonsense')
    await mac.blur()
    await expect(mac).toHaveAttribute('aria-invalid', 'true')
    await mac.fill('00:11:22:33:44:55')
    await expect(mac).not.toHaveAttribute('aria-invalid')
  })

  test('leads to the first thing that is wrong where it is sent all the same', async ({ page }) => {
    await page.getByRole('button', { name: 'Add customer' }).click()
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
    await expect(page).toHaveURL(/\/customers\/new$/)
  })

  test('says whose a username is already', async ({ page, world }) => {
    await (await world.staff('admin')).adds('Twin One', 'twin-form')
    await page.getByLabel('Name', { exact: true }).fill('Twin Two')
    await page.getByLabel('Package').selectOption('Home 10')
    await page.getByLabel('Username').fill('twin-form')
    await page.getByRole('button', { name: 'Add customer' }).click()
    await expect.poll(() => saidOf(page.getByLabel('Username'))).toContain('twin-form is the username of Twin One')
  })
})

test.describe('the list', () => {
  for (const [what, typed] of [
    ['the beginning of a name', 'shab'],
    ['a word of a name', 'chow'],
    ['the beginning of a phone number', '+880199'],
    ['the last four digits of a phone number', '4321'],
    ['a username', 'find-me'],
  ]) {
    test(`finds a customer by ${what}, as one types`, async ({ page, world }) => {
      const admin = await world.staff('admin')
      await admin.ask('customers/list', { q: 'find-me' }).then(async ({ body }) => {
        if (body.total > 0) return
        await admin.adds('Shabnam Chowdhury', 'find-me', { mobile: '+880 1999 654321' })
        await admin.adds('Somebody Else', 'leave-me', { mobile: '+880 1500 111222' })
      })
      await open(page, world, 'admin', '/customers')
      await mark(page)
      await expect(rowOf(customers(page), 'Somebody Else')).toBeVisible()
      await page.getByRole('searchbox').pressSequentially(typed ?? '')
      await expect(rowOf(customers(page), 'Somebody Else')).toHaveCount(0)
      await expect(rowOf(customers(page), 'Shabnam Chowdhury')).toBeVisible()
      expect(await isStillTheSame(page)).toBe(true)
    })
  }

  test('says so where nobody matches, and shows everybody again', async ({ page, world }) => {
    await (await world.staff('admin')).adds('Zita Zeta', 'zita-list')
    await open(page, world, 'admin', '/customers')
    await page.getByRole('searchbox').fill('xyzzy')
    await expect(page.getByText('No customer matches “xyzzy”')).toBeVisible()
    await page.getByRole('link', { name: 'Show everybody' }).click()
    await expect(rowOf(customers(page), 'Zita Zeta')).toBeVisible()
    await expect(page.getByRole('searchbox')).toHaveValue('')
  })

  test('is found again by its address', async ({ page, world }) => {
    await (await world.staff('admin')).adds('Yara Yew', 'yara-list')
    await open(page, world, 'admin', '/customers')
    await page.getByRole('searchbox').fill('yara')
    await expect(page).toHaveURL(/\/customers\?q=yara$/)
    await page.reload()
    await expect(page.getByRole('searchbox')).toHaveValue('yara')
    await expect(rowOf(customers(page), 'Yara Yew')).toBeVisible()
  })

  test.describe('without WASM', () => {
    test.use({ javaScriptEnabled: false })

    test('is searched by a form', async ({ page, world }) => {
      await (await world.staff('admin')).adds('Wim Woods', 'wim-list')
      await letIn(page.context(), world, 'admin')
      await page.goto(`${world.url}/customers`)
      await page.getByRole('searchbox').fill('wim')
      await page.getByRole('searchbox').press('Enter')
      await expect(rowOf(customers(page), 'Wim Woods')).toBeVisible()
      await expect(page.getByText('1 customer found')).toBeVisible()
    })
  })
})

test('a customer’s package is changed by the form', async ({ page, world }) => {
  const customer = await (await world.staff('admin')).adds('Pia Package', 'pia-form')
  await change(page, world, customer)
  await page.getByLabel('Package').selectOption('Home 20')
  await save(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pia Package')
  await expect(page.getByRole('link', { name: 'Home 20' })).toBeVisible()
})

test('a customer is suspended by the form, and the page and the list say so', async ({ page, world }) => {
  const customer = await (await world.staff('admin')).adds('Sven Suspended', 'sven-form')
  await change(page, world, customer)
  await page.getByLabel('Status').selectOption('Suspended')
  await save(page)
  await expect(page.getByText('is not online and cannot be: the status is Suspended.')).toBeVisible()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Customers' }).click()
  await expect(rowOf(customers(page), 'Sven Suspended')).toContainText('Suspended')
})

test('a fixed address is taken back by clearing its field', async ({ page, world }) => {
  const admin = await world.staff('admin')
  const customer = await admin.adds('Fia Fixed', 'fia-form', { ipAddress: '10.1.2.3' })
  await change(page, world, customer)
  await page.getByLabel('Fixed IP address').fill('')
  await save(page)
  await expect(page.getByText('from its pool')).toBeVisible()
  expect((await admin.ask('customers/get', { id: customer.id })).body.ipAddress).toBeNull()
})

test('two people who change the same customer: the second is told, and loads what the first saved', async ({ page, context, world }) => {
  const customer = await (await world.staff('admin')).adds('Vera Version', 'vera-form')
  const other = await context.newPage()
  await change(page, world, customer)
  await change(other, world, customer)
  await page.getByLabel('Phone').fill('111 222')
  await save(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Vera Version')
  await other.bringToFront()
  await other.getByLabel('Phone').fill('333 444')
  await save(other)
  await expect(other.getByRole('alert')).toContainText('Somebody else changed')
  await other.getByRole('button', { name: 'Load theirs' }).click()
  await expect(other.getByLabel('Phone')).toHaveValue('111 222')
  await other.getByLabel('Phone').fill('555 666')
  await save(other)
  await expect(other.getByRole('main')).toContainText('555 666')
})

test.describe('deleting a customer', () => {
  const disabled = (row?: Record<string, string>) => row?.disabled

  for (const [fate, said, secret, isOnline] of [
    ['Remove it', 'Their account is removed from the router.', undefined, false],
    ['Disable it', 'Their account on the router is disabled.', 'true', false],
    ['Leave it', 'Their account on the router is as it was.', 'false', true],
  ] as const) {
    test(`asks what becomes of the account: ${fate}`, async ({ page, world }) => {
      const username = `fate-${fate.slice(0, 3).toLowerCase()}`
      const name = `Fritz ${username}`
      const { id } = await online(world, name, username)
      await open(page, world, 'admin', `/customers/${id}`)
      await page.getByRole('link', { name: 'Delete customer' }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog).toContainText(`Delete ${name}?`)
      await dialog.getByRole('radio', { name: new RegExp(`^${fate}`) }).check()
      await dialog.getByRole('button', { name: 'Delete customer' }).click()
      await expect(page.getByRole('main')).toContainText(`Customer ${id} is deleted. ${said}`)
      await expect(rowOf(customers(page), name)).toHaveCount(0)
      expect(disabled(await world.router.row('/ppp/secret', username))).toBe(secret)
      expect((await world.router.row('/ppp/active', username)) !== undefined).toBe(isOnline)
    })
  }

  test('keeps them where the router cannot do its part, and says why', async ({ page, world }) => {
    const { id } = await online(world, 'Rory Refused', 'rory-fate')
    await open(page, world, 'admin', `/customers/${id}`)
    await page.getByRole('link', { name: 'Delete customer' }).click()
    await world.router.trouble({ 'trap-on': { command: '/ppp/secret/remove', message: 'failure: busy', times: 9 } })
    try {
      await page.getByRole('dialog').getByRole('button', { name: 'Delete customer' }).click()
      await expect(page.getByRole('dialog').getByRole('alert')).toContainText('failure: busy')
    } finally {
      await world.router.trouble('clear')
    }
    await page.getByRole('dialog').getByRole('link', { name: 'Keep customer' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rory Refused')
  })

  test('is left by Escape, and the focus is where it was', async ({ page, world }) => {
    const { id } = await (await world.staff('admin')).adds('Esc Aped', 'esc-fate')
    await open(page, world, 'admin', `/customers/${id}`)
    await page.getByRole('link', { name: 'Delete customer' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('link', { name: 'Delete customer' })).toBeFocused()
  })
})

test.describe('without WASM', () => {
  test.use({ javaScriptEnabled: false })

  test('a customer’s page is read and says what needs scripts', async ({ page, world }) => {
    const { id } = await online(world, 'Wanda Without', 'wanda-without')
    await (await world.staff('admin')).sees('wanda-without')
    await letIn(page.context(), world, 'admin')
    await page.goto(`${world.url}/customers/${id}`)
    await expect(page.getByText('Online for')).toBeVisible()
    await expect(page.locator('noscript > p')).toHaveText(/^Syncing needs JavaScript/)
    await expect(page.locator('noscript > p')).toBeVisible()
    await page.getByRole('link', { name: 'Change customer' }).click()
    await expect(page.getByText('Changing needs scripts')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Save customer' })).toBeDisabled()
  })

  test('a customer is deleted by a form', async ({ page, world }) => {
    const { id } = await online(world, 'Wilma Without', 'wilma-without')
    await letIn(page.context(), world, 'admin')
    await page.goto(`${world.url}/customers/${id}`)
    await page.getByRole('link', { name: 'Delete customer' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete customer' }).click()
    await expect(page.getByRole('main')).toContainText(`Customer ${id} is deleted. Their account is removed from the router.`)
    expect(await world.router.row('/ppp/secret', 'wilma-without')).toBeUndefined()
  })

  test('a refusal to delete is told on the page', async ({ page, world }) => {
    const admin = await world.staff('admin')
    const { id } = await admin.sells('Held Without', 10, 5)
    await admin.adds('Willa Without', 'willa-without', { servicePackage: 'Held Without' })
    await letIn(page.context(), world, 'admin')
    await page.goto(`${world.url}/packages/${id}?delete=1`)
    await page.getByRole('dialog').getByRole('button', { name: 'Delete package' }).click()
    await expect(page.getByRole('alert')).toContainText('1 customer has this package.')
  })
})

test('a customer who does not exist is told as one', async ({ page, world }) => {
  await letIn(page.context(), world, 'admin')
  const answer = await page.goto(`${world.url}/customers/CUS-404404`)
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('alert')).toContainText('There is no customer CUS-404404.')
})
