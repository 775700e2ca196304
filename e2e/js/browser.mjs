// A real Chromium without a window, driven over a pipe by the DevTools
// protocol, with an authenticator that Chromium itself simulates. Nothing here
// waits without end: a command that gets no answer fails.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const COMMAND_TIME = 30_000

/** Serves one page on http://localhost, which browsers let use passkeys, and returns its origin. */
export async function servePage(html) {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/' ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' })
    response.end(request.url === '/' ? html : '')
  })
  await new Promise((done) => server.listen(0, 'localhost', done))
  return { port: server.address().port, origin: `http://localhost:${server.address().port}`, close: () => server.close() }
}

export class Browser {
  #process
  #profile
  #next = 0
  #waiting = new Map()
  #listeners = new Set()
  #said = ''

  static async start() {
    const browser = new Browser()
    browser.#profile = await mkdtemp(join(tmpdir(), 'rockpool-chromium-'))
    const flags = [
      '--headless=new', '--remote-debugging-pipe', '--no-first-run', '--no-default-browser-check', '--disable-gpu', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${browser.#profile}`,
    ]
    if (process.getuid?.() === 0) flags.push('--no-sandbox') // which root cannot have
    browser.#process = spawn('chromium', [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
    browser.#process.stderr.on('data', (d) => { browser.#said = (browser.#said + d).slice(-4000) })
    const ended = (why) => {
      for (const { reject } of browser.#waiting.values()) reject(new Error(`Chromium ended (${why}):\n${browser.#said}`))
      browser.#waiting.clear()
    }
    browser.#process.on('error', ended)
    browser.#process.on('exit', (code, signal) => ended(signal ?? code))
    browser.#process.stdio[3].on('error', ended)
    browser.#read(browser.#process.stdio[4])
    await browser.send('Browser.getVersion')
    return browser
  }

  /** Messages are JSON, each with a zero byte behind it. */
  #read(pipe) {
    let rest = ''
    pipe.setEncoding('utf8')
    pipe.on('data', (text) => {
      const parts = (rest + text).split('\0')
      rest = parts.pop()
      for (const part of parts) this.#take(JSON.parse(part))
    })
  }

  #take(message) {
    const waiting = this.#waiting.get(message.id)
    if (!waiting) {
      for (const listener of this.#listeners) listener(message)
      return
    }
    this.#waiting.delete(message.id)
    if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`))
    else waiting.resolve(message.result)
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#next
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Error(`${method}: no answer within ${COMMAND_TIME} ms\n${this.#said}`))
      }, COMMAND_TIME)
      const over = (settle) => (value) => { clearTimeout(timer); settle(value) }
      this.#waiting.set(id, { method, resolve: over(resolve), reject: over(reject) })
      this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
    })
  }

  /** Waits for an event of a page. */
  event(method, sessionId) {
    return new Promise((resolve, reject) => {
      const over = (settle, value) => { clearTimeout(timer); this.#listeners.delete(listener); settle(value) }
      const timer = setTimeout(() => over(reject, new Error(`${method} did not come within ${COMMAND_TIME} ms`)), COMMAND_TIME)
      const listener = (m) => { if (m.method === method && m.sessionId === sessionId) over(resolve, m.params) }
      this.#listeners.add(listener)
    })
  }

  /** Opens a page in a profile of its own, with an authenticator beside it. */
  async open(url) {
    const { browserContextId } = await this.send('Target.createBrowserContext')
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId })
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    const page = new Page(this, sessionId)
    await page.send('Page.enable')
    const loaded = this.event('Page.loadEventFired', sessionId)
    await page.send('Page.navigate', { url })
    await loaded
    await page.send('WebAuthn.enable')
    await page.addAuthenticator()
    return page
  }

  async close() {
    const gone = this.#process.exitCode === null && this.#process.signalCode === null
      ? new Promise((done) => this.#process.once('exit', done)) : undefined
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), 5000)
    await this.send('Browser.close').catch(() => this.#process.kill('SIGKILL'))
    await gone
    clearTimeout(kill)
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

class Page {
  constructor(browser, sessionId) {
    this.browser = browser
    this.sessionId = sessionId
  }

  send(method, params) { return this.browser.send(method, params, this.sessionId) }

  /** Runs a function in the page, with arguments that are JSON, and returns what it returns. */
  async run(f, ...args) {
    const { result, exceptionDetails: failed } = await this.send('Runtime.evaluate', {
      expression: `(${f})(...${JSON.stringify(args)})`, awaitPromise: true, returnByValue: true, userGesture: true,
    })
    if (failed) throw new Error(`in the page: ${failed.exception?.description ?? failed.exception?.value ?? failed.text}`)
    return result.value
  }

  /** What a telephone has: it knows its user and keeps the keys. */
  async addAuthenticator() {
    const { authenticatorId } = await this.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
        isUserVerified: true, automaticPresenceSimulation: true,
      },
    })
    this.authenticatorId = authenticatorId
  }

  authenticator(command, more = {}) { return this.send(`WebAuthn.${command}`, { authenticatorId: this.authenticatorId, ...more }) }
}
