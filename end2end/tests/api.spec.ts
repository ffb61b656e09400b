import { basic, customer, expect, signIn, test } from '../world'

test('every endpoint of the design document answers a token in its shape', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  for (const serviceType of ['pppoe', 'hotspot']) {
    const username = `api-${serviceType}`
    const tested = await admin.call('GET', '/api/mikrotik/test')
    expect(tested.body).toMatchObject({ success: true, connection: { success: true }, routerId: 'default', tls: false })
    expect(tested.body.systemInfo[0]['board-name']).toBe('RB5009UG+S+')

    const dry = await admin.call('POST', '/api/mikrotik/sync', { customer: customer(`API-${serviceType}`, username, 'Api'), package: basic, serviceType, dryRun: true })
    expect(dry.body).toMatchObject({ success: true, dryRun: true, planId: expect.stringMatching(/^pln_/), result: { action: 'created', verified: false } })
    const synced = await admin.sync(customer(`API-${serviceType}`, username, 'Api'), serviceType)
    expect(synced).toMatchObject({ success: true, message: 'Customer Api synced successfully to MikroTik', customer: 'Api', package: 'Basic 10Mbps', result: { created: 1, verified: true } })
    const again = await admin.sync(customer(`API-${serviceType}`, username, 'Api'), serviceType)
    expect(again.result).toMatchObject({ unchanged: 1, action: 'unchanged', changes: [] })

    const users = await admin.call('GET', `/api/mikrotik/users?type=${serviceType}&q=${username}`)
    expect(users.body).toMatchObject({ success: true, serviceType, count: 1, total: 1, nextCursor: null, stale: false })
    expect(users.body.users[0]).toMatchObject({ name: username, netpilot: { managed: true, hasPassword: true, sync: 'in_sync' } })
    expect(JSON.stringify(users.body)).not.toContain('dial-in-s3cret')

    await world.router.dialIn(username, serviceType as 'pppoe')
    const sessions = await admin.call('GET', `/api/mikrotik/sessions?type=${serviceType}&q=${username}`)
    const session = sessions.body.sessions[0]
    expect(session.name ?? session.user).toBe(username)
    expect(session.netpilot).toMatchObject({ username, serviceType, customerId: `API-${serviceType}`, rateLimit: '5120k/10240k', matchesPackage: true })

    const profiles = await admin.call('GET', `/api/mikrotik/profiles?type=${serviceType}`)
    const profile = profiles.body.profiles.find((row: any) => row.name === `Basic_10Mbps_${serviceType}`)
    expect(profile).toMatchObject({ 'rate-limit': '5120k/10240k 10240k/20480k 4096k/8192k 8/8 8', netpilot: { managed: true, rate: { downBps: 10240000, upBps: 5120000, burst: { seconds: 3.2 } } } })

    const bulk = await admin.call('PUT', '/api/mikrotik/sync', { customers: [customer(`BULK-${serviceType}`, `bulk-${serviceType}`, 'Bulk'), { id: 'X', name: 'X', pppoeUsername: 'x', servicePackage: 'Gold' }], packages: [basic], serviceType })
    expect(bulk.body).toMatchObject({ success: true, message: 'Bulk sync completed: 1 created, 0 updated, 1 errors', partial: true, summary: { total: 2, created: 1, errors: 1 } })
    expect(bulk.body.results[1]).toMatchObject({ success: false, message: 'Package Gold not found', error: { code: 'package-not-found' } })

    const ended = await admin.call('DELETE', '/api/mikrotik/sessions', { sessionId: session['.id'], serviceType })
    expect(ended.body).toMatchObject({ success: true, sessionId: session['.id'], username, removed: 1, verified: true })
    const deleted = await admin.call('DELETE', '/api/mikrotik/users', { username, serviceType })
    expect(deleted.body).toMatchObject({ success: true, username, deleted: true })
    const gone = await admin.call('DELETE', '/api/mikrotik/users', { username, serviceType })
    expect(gone.status).toBe(404)
  }
})

test('an account is disabled, enabled and given a new password, and its customer with it', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  await admin.sync(customer('API-change', 'api-change', 'Change'), 'pppoe')
  await world.router.dialIn('api-change', 'pppoe')
  const off = await admin.call('PATCH', '/api/mikrotik/users/api-change?type=pppoe', { disabled: true })
  expect(off.body).toMatchObject({ success: true, username: 'api-change', disabled: true, customerId: 'API-change', sessionsDisconnected: 1 })
  const on = await admin.call('PATCH', '/api/mikrotik/users/api-change', { disabled: false })
  expect(on.body).toMatchObject({ success: true, disabled: false })
  const reset = await admin.call('POST', '/api/mikrotik/users/api-change/reset-password')
  expect(reset.body).toMatchObject({ success: true, generated: true, password: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) })
  const users = await admin.call('GET', '/api/mikrotik/users?type=pppoe&q=api-change')
  expect(users.body.users[0].netpilot).toMatchObject({ sync: 'in_sync', enabled: true })
  expect(JSON.stringify(users.body)).not.toContain(reset.body.password)
  expect((await admin.call('PATCH', '/api/mikrotik/users/nobody', { disabled: true })).status).toBe(404)
  expect((await admin.call('PATCH', '/api/mikrotik/users/api-change', {})).body.code).toBe('invalid-body')
})

test('many sessions are ended, each with its outcome', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  const names = ['api-many-1', 'api-many-2']
  for (const name of names) {
    await admin.sync(customer(name, name, name), 'pppoe')
    await world.router.dialIn(name, 'pppoe')
  }
  const end = (body: object) => admin.call('POST', '/api/mikrotik/sessions/disconnect', body)
  const ended = await end({ filter: { q: 'api-many' }, pacePerSecond: 50 })
  expect(ended.body).toMatchObject({ success: true, summary: { total: 2, removed: 2, errors: 0 } })
  expect(ended.body.results.map((row: any) => row.username).sort()).toEqual(names)
  expect((await end({ filter: {} })).status).toBe(400)
  expect((await end({})).body.code).toBe('missing-field')
  expect((await end({ sessionIds: ['*1,*2'] })).body.code).toBe('invalid-parameter')
  expect((await end({ sessionIds: [], pacePerSecond: 0 })).body.code).toBe('validation-failed')
})

test('a profile is made, found unchanged, and its name refused where it may not be updated', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  const gold = { name: 'Gold', downloadSpeed: 10, uploadSpeed: 5 }
  const make = (data: object) => admin.call('POST', '/api/mikrotik/profiles', { package: gold, serviceType: 'pppoe', ...data })
  expect((await make({})).body).toMatchObject({ success: true, action: 'created', package: 'Gold', profile: { name: 'Gold_pppoe', 'rate-limit': '5120k/10240k', 'only-one': 'yes' } })
  expect((await make({})).body).toMatchObject({ action: 'unchanged', changes: [] })
  const taken = await make({ package: { ...gold, downloadSpeed: 20 }, update: false })
  expect([taken.status, taken.body.code]).toEqual([409, 'name-taken'])
})

test('office staff watch and disconnect; everything else is refused with the right it needs', async ({ request, world }) => {
  const office = await world.caller(request, 'office')
  expect((await office.call('GET', '/api/mikrotik/test')).status).toBe(200)
  expect((await office.call('GET', '/api/mikrotik/sessions')).status).toBe(200)
  for (const [method, path, body] of [
    ['GET', '/api/mikrotik/users', undefined],
    ['GET', '/api/mikrotik/profiles', undefined],
    ['DELETE', '/api/mikrotik/users', { username: 'x' }],
    ['PATCH', '/api/mikrotik/users/x', { disabled: true }],
    ['POST', '/api/mikrotik/users/x/reset-password', undefined],
    ['POST', '/api/mikrotik/profiles', { package: basic }],
    ['POST', '/api/mikrotik/sync', { customer: {}, package: basic }],
    ['PUT', '/api/mikrotik/sync', { customers: [], packages: [] }],
  ] as const) {
    const answer = await office.call(method, path, body)
    expect([answer.status, answer.body.code, answer.body.success], `${method} ${path}`).toEqual([403, 'forbidden', false])
    expect(answer.body.requiredPermission).toMatch(/^mikrotik_/)
  }
})

test('bad input is refused by name before anything is written', async ({ request, world }) => {
  const admin = await world.caller(request, 'admin')
  const sync = (change: object, plan: object = {}) => ({ customer: { ...customer('BAD-1', 'bad-1', 'Bad'), ...change }, package: { ...basic, ...plan }, serviceType: 'pppoe' })
  for (const [method, path, body, status, code, pointer] of [
    ['POST', '/api/mikrotik/sync', sync({ pppoeUsername: '', email: '' }), 422, 'missing-username', '/customer/pppoeUsername'],
    ['POST', '/api/mikrotik/sync', sync({ pppoeUsername: '*1,*2' }), 422, 'validation-failed', '/customer/pppoeUsername'],
    ['POST', '/api/mikrotik/sync', sync({}, { downloadSpeed: 0 }), 422, 'validation-failed', '/package/downloadSpeed'],
    ['POST', '/api/mikrotik/sync', sync({}, { uploadSpeed: -1 }), 422, 'validation-failed', '/package/uploadSpeed'],
    ['POST', '/api/mikrotik/sync', { customer: {} }, 400, 'missing-field', '/package'],
    ['POST', '/api/mikrotik/sync', { ...sync({}), serviceType: 'l2tp' }, 400, 'invalid-service-type', undefined],
    ['POST', '/api/mikrotik/sync', sync({ name: 7 }), 400, 'invalid-body', undefined],
    ['PUT', '/api/mikrotik/sync', { customers: [] }, 400, 'missing-field', '/packages'],
    ['GET', '/api/mikrotik/users?type=PPPoE', undefined, 400, 'invalid-service-type', undefined],
    ['GET', '/api/mikrotik/users?type=pppoe&type=hotspot', undefined, 400, 'invalid-service-type', undefined],
    ['GET', '/api/mikrotik/users?state=odd', undefined, 400, 'invalid-parameter', undefined],
    ['DELETE', '/api/mikrotik/sessions', { sessionId: '*1,*2' }, 400, 'invalid-parameter', '/sessionId'],
    ['DELETE', '/api/mikrotik/sessions', { sessionId: '*FFFFFF' }, 404, 'session-not-found', undefined],
    ['DELETE', '/api/mikrotik/users', { username: 'nobody' }, 404, 'user-not-found', undefined],
    ['GET', '/api/mikrotik/nothing', undefined, 404, 'not-found', undefined],
    ['PATCH', '/api/mikrotik/test', undefined, 405, 'method-not-allowed', undefined],
  ] as const) {
    const answer = await admin.call(method, path, body)
    expect([answer.status, answer.body.code, answer.type], `${method} ${path} ${JSON.stringify(body)}`).toEqual([status, code, 'application/problem+json'])
    expect(answer.body).toMatchObject({ success: false, type: `/problems/${code}`, instance: path.split('?')[0], message: [answer.body.detail] })
    if (pointer) expect(answer.body.errors[0].pointer).toBe(pointer)
  }
  expect((await world.router.rows('/ppp/secret')).filter((row) => row.name?.startsWith('bad-'))).toEqual([])
})

test('nobody gets in without a token, with a broken one, or with two credentials', async ({ request, page, world }) => {
  for (const authorization of [undefined, 'Bearer x.y.z', 'Basic YWRtaW46YQ==', 'Bearer ']) {
    const answer = await request.get(`${world.url}/api/mikrotik/sessions`, { headers: authorization === undefined ? {} : { authorization } })
    expect(answer.status()).toBe(401)
    expect(answer.headers()['www-authenticate']).toBe('Bearer')
    expect(await answer.json()).toMatchObject({ success: false, message: ['Unauthorized'], code: 'unauthenticated' })
  }
  const login = await request.post(`${world.url}/api/auth/login`, { data: { usernameOrEmail: 'admin', password: 'wrong wrong wrong' } })
  expect([login.status(), (await login.json()).code]).toEqual([401, 'sign-in-refused'])
  await signIn(page, world, 'admin')
  const both = await page.request.get(`${world.url}/api/users/me`, { headers: { authorization: 'Bearer x' } })
  expect([both.status(), (await both.json()).code]).toEqual([400, 'two-credentials'])
  expect((await request.get(`${world.url}/healthz`)).status()).toBe(200)
})

test('server functions answer the console what the REST API answers programs', async ({ page, request, world }) => {
  const admin = await world.caller(request, 'admin')
  await admin.sync(customer('FN-1', 'fn-1', 'Fn'))
  await world.router.dialIn('fn-1')
  await signIn(page, world, 'admin')
  const fn = async (name: string, form: Record<string, string> = {}) => {
    const headers = { accept: 'application/json', origin: world.url, 'sec-fetch-site': 'same-origin' }
    const answer = await page.request.post(`${world.url}/fn/mikrotik/${name}`, { form, headers })
    expect(answer.status(), name).toBe(200)
    return answer.json()
  }
  expect((await fn('test')).identity).toBe('MikroTik')
  const names = (rows: any[]) => rows.map((row) => row.name).sort()
  for (const list of ['users', 'sessions', 'profiles']) {
    const rest = await admin.call('GET', `/api/mikrotik/${list}?type=pppoe`)
    expect(names((await fn(list, { service: 'pppoe' }))[list])).toEqual(names(rest.body[list]))
  }
  const headers = { accept: 'application/json', origin: world.url, 'sec-fetch-site': 'same-origin' }
  const data = { customer: customer('FN-1', 'fn-1', 'Fn'), package: basic, service_type: 'pppoe', dry_run: false }
  const synced = await page.request.post(`${world.url}/fn/mikrotik/sync`, { data, headers })
  expect([synced.status(), (await synced.json()).result?.unchanged]).toEqual([200, 1])
})

test('a write by cookie from another site is refused', async ({ page, world }) => {
  await signIn(page, world, 'admin')
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }]) {
    const answer = await page.request.post(`${world.url}/fn/mikrotik/read-only`, { form: { read_only: 'true' }, headers })
    expect([answer.status(), (await answer.json()).code]).toEqual([403, 'cross-site'])
  }
})
