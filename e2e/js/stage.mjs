// What the stories in this folder share. A story is a function; play() runs
// those of a program one after the other and prints a line of JSON about each,
// which the Go test reads. stage_test.go says what the stage offers.
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import {
  AdminCreateUserCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient, CreateUserPoolClientCommand, CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'

globalThis.crypto ??= webcrypto // Node 18, which Debian 12 has, hides it

const stage = process.env.ROCKPOOL_STAGE

export const PASSWORD = 'Old-passw0rd'
export const NEW_PASSWORD = 'N3w-password'

/** Plays stories, given by name. One that fails does not stop the others. */
export async function play(stories) {
  const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n')
  for (const [story, run] of Object.entries(stories)) {
    const began = performance.now()
    let error = ''
    try {
      await run()
    } catch (e) {
      error = String(e?.stack ?? e)
    }
    tell({ story, error, took: (performance.now() - began) / 1000 })
  }
  tell({ count: Object.keys(stories).length })
}

/** Sends JSON and returns JSON. */
async function http(method, url, body) {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body) })
  assert.ok(answer.ok, `${method} ${url}: ${answer.status}`)
  return answer.json()
}

/** Starts a server. The SDK finds it as it would any: in the environment. */
export async function startServer(...flags) {
  const server = await http('POST', `${stage}/servers`, { flags, config: '' })
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = server.endpoint
  return server
}

/** The newest message for an address, once there is one more than before. */
export async function code(server, to, before = 0) {
  for (let tries = 0; tries < 200; tries++) {
    const got = await http('GET', `${server.admin}/dev/inbox/messages?to=${encodeURIComponent(to)}`)
    if (got?.length > before) return got[0].code
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`no message came to ${to}`)
}

export const sdk = () => new CognitoIdentityProviderClient({ maxAttempts: 1 })

/** Makes a pool and a client. */
export async function newPool(idp, client = {}, settings = {}) {
  const { UserPool: pool } = await idp.send(new CreateUserPoolCommand({ PoolName: 'stories', AutoVerifiedAttributes: ['email'], ...settings }))
  const { UserPoolClient } = await idp.send(new CreateUserPoolClientCommand({
    UserPoolId: pool.Id, ClientName: 'app', PreventUserExistenceErrors: 'LEGACY',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], ...client,
  }))
  return { id: pool.Id, client: UserPoolClient.ClientId }
}

/** Makes a confirmed user with a verified email. */
export async function newUser(idp, pool, name, password = PASSWORD, permanent = true) {
  await idp.send(new AdminCreateUserCommand({
    UserPoolId: pool.id, Username: name, MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }, { Name: 'email_verified', Value: 'true' }],
  }))
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId: pool.id, Username: name, Password: password, Permanent: permanent }))
}

/** Another code than this one. */
export const wrong = (code) => String((Number(code) + 1) % 1000000).padStart(6, '0')
