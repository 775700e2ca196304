// Amplify's auth category, as an app configures it, with userPoolEndpoint.
import assert from 'node:assert/strict'
import { Amplify } from '@aws-amplify/core'
import {
  confirmResetPassword, confirmSignUp, fetchAuthSession, fetchUserAttributes, getCurrentUser, resetPassword, signIn, signOut, signUp,
} from '@aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito'
import { NEW_PASSWORD, PASSWORD, code, newPool, play, sdk, startServer, wrong } from './stage.mjs'

const server = await startServer()

/** What a browser's local storage does. */
class Memory {
  items = new Map()
  async setItem(key, value) { this.items.set(key, value) }
  async getItem(key) { return this.items.get(key) ?? null }
  async removeItem(key) { this.items.delete(key) }
  async clear() { this.items.clear() }
}

const pool = await newPool(sdk())
const Auth = { Cognito: { userPoolId: pool.id, userPoolClientId: pool.client, userPoolEndpoint: server.endpoint } }
cognitoUserPoolsTokenProvider.setKeyValueStorage(new Memory())
cognitoUserPoolsTokenProvider.setAuthConfig(Auth)
Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } })

await play({
  async a_user_signs_up_and_in() {
    const made = await signUp({ username: 'amp', password: PASSWORD, options: { userAttributes: { email: 'amp@example.com' } } })
    assert.equal(made.nextStep.signUpStep, 'CONFIRM_SIGN_UP')
    await confirmSignUp({ username: 'amp', confirmationCode: await code(server, 'amp@example.com') })
    assert.ok((await signIn({ username: 'amp', password: PASSWORD })).isSignedIn)
    assert.equal((await getCurrentUser()).username, 'amp')
    assert.equal((await fetchUserAttributes()).email, 'amp@example.com')
    const { tokens } = await fetchAuthSession({ forceRefresh: true })
    assert.equal(tokens.accessToken.payload.username, 'amp')
    await signOut({ global: true })
    await assert.rejects(getCurrentUser())
  },

  async a_forgotten_password_is_reset() {
    const asked = await resetPassword({ username: 'amp' })
    assert.equal(asked.nextStep.resetPasswordStep, 'CONFIRM_RESET_PASSWORD_WITH_CODE')
    const right = await code(server, 'amp@example.com', 1)
    const confirm = (confirmationCode) => confirmResetPassword({ username: 'amp', confirmationCode, newPassword: NEW_PASSWORD })
    await assert.rejects(confirm(wrong(right)), (e) => e.name === 'CodeMismatchException')
    await confirm(right)
    await assert.rejects(signIn({ username: 'amp', password: PASSWORD }), (e) => e.name === 'NotAuthorizedException')
    assert.ok((await signIn({ username: 'amp', password: NEW_PASSWORD, options: { authFlowType: 'USER_PASSWORD_AUTH' } })).isSignedIn)
    await signOut()
  },
})
