// The walk that each node client takes through the broker. Its last line of output is the verdict, as JSON.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'
import { Ledger, codecStride, codecs } from './records.mjs'

const { values: options } = parseArgs({
  options: {
    bootstrap: { type: 'string' },
    phase: { type: 'string' },
    topic: { type: 'string' },
    records: { type: 'string' },
    deadline: { type: 'string', default: '240' },
    security: { type: 'string', default: 'plaintext' },
    mechanism: { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    ca: { type: 'string' },
    cert: { type: 'string' },
    key: { type: 'string' },
    seconds: { type: 'string' },
    'next-user': { type: 'string' }
  }
})
const records = Number(options.records)
const tail = Math.min(1000, records)
const partitions = 6
const end = Date.now() + Number(options.deadline) * 1000

function log(text) {
  console.log(`${new Date().toISOString()} ${text}`)
}

async function until(what, condition) {
  while (!(await condition())) {
    if (failure) throw failure
    if (Date.now() > end) throw new Error(`time is up: ${what()}`)
    await pause(20)
  }
}

let failure

// A member that compares what it gets as it gets it; the first difference ends the program.
function guarded(ledger, member) {
  return (...record) => {
    try {
      ledger.accept(member, ...record)
    } catch (error) {
      failure ??= error
    }
  }
}

async function produceAll(client, from, to) {
  for (const codec of client.codecs) {
    const base = codecs.indexOf(codec) * codecStride
    for (let index = from; index < to; index += 1000) {
      const indexes = Array.from({ length: Math.min(1000, to - index) }, (_, i) => base + index + i)
      await client.produce(codec, indexes)
    }
  }
}

function received(ledger, expected) {
  return until(() => `${ledger.count} of ${expected} records received`, () => ledger.count >= expected)
}

async function roundTrip(client) {
  const ledger = new Ledger()
  const group = `${options.topic}-group`
  const share = client.codecs.length
  const half = Math.floor(records / 2)
  const threeQuarters = half + Math.floor(records / 4)
  await client.createTopic(partitions)
  log('topic created')
  const first = await client.join(group, guarded(ledger, 'first'))
  let second = await client.join(group, guarded(ledger, 'second'))
  const shared = () => first.assigned() > 0 && second.assigned() > 0 && first.assigned() + second.assigned() === partitions
  const sharing = () => `members hold ${first.assigned()} and ${second.assigned()} partitions`
  await until(sharing, shared)
  log('two members share the partitions')
  await produceAll(client, 0, half)
  await received(ledger, half * share)
  log(`${ledger.count} records received, ${ledger.countOf('second')} by the second member`)
  if (ledger.countOf('first') === 0 || ledger.countOf('second') === 0) throw new Error('one member received nothing')
  await second.leave()
  await until(sharing, () => first.assigned() === partitions)
  log('the second member left')
  await produceAll(client, half, threeQuarters)
  await received(ledger, threeQuarters * share)
  second = await client.join(group, guarded(ledger, 'returned'))
  await until(sharing, shared)
  log('it returned')
  await produceAll(client, threeQuarters, records)
  await received(ledger, records * share)
  if (ledger.countOf('returned') === 0) throw new Error('the member that returned received nothing')
  if (ledger.count !== records * share) throw new Error(`${ledger.count} records instead of ${records * share}`)
  ledger.checkOrder()
  let committed = 0
  const commits = () => `offsets up to ${committed} are committed`
  await until(commits, async () => (committed = await client.committed(group, partitions)) === records * share)
  await second.leave()
  await first.leave()
  committed = await client.committed(group, partitions)
  if (committed !== records * share) throw new Error(`offsets up to ${committed} are committed instead of ${records * share}`)
  await produceAll(client, records, records + tail)
  return { records: ledger.count, duplicates: ledger.duplicates }
}

async function resume(client) {
  const ledger = new Ledger()
  const share = client.codecs.length
  const member = await client.join(`${options.topic}-group`, guarded(ledger, 'after'))
  await received(ledger, tail * share)
  log('what was not yet consumed before the restart is consumed')
  await produceAll(client, records + tail, records + 2 * tail)
  await received(ledger, 2 * tail * share)
  for (const index of ledger.received.keys()) {
    if (index % codecStride < records) throw new Error(`record ${index} was committed before the restart and came again`)
  }
  ledger.checkOrder()
  await member.leave()
  log('reading everything again in a new group')
  const whole = new Ledger()
  const reader = await client.join(`${options.topic}-again`, guarded(whole, 'again'))
  await received(whole, (records + 2 * tail) * share)
  whole.checkOrder()
  await reader.leave()
  return { records: whole.count, duplicates: whole.duplicates }
}

async function login(client) {
  const ledger = new Ledger()
  await client.createTopic(partitions)
  await client.produce('none', Array.from({ length: records }, (_, i) => i))
  const member = await client.join(`${options.topic}-group`, guarded(ledger, 'only'))
  await received(ledger, records)
  await member.leave()
  ledger.checkOrder()
  return { records: ledger.count, duplicates: ledger.duplicates }
}

export function tell(error) {
  console.log(`error ${error.name}${error.code ? ` ${error.code}` : ''}: ${error.message}`)
  for (const inner of [error.cause, ...(error.errors ?? [])]) if (inner instanceof Error) tell(inner)
}

// Tries once to log in, and writes what the library says of it.
async function refused(client) {
  try {
    await client.tryOnce()
    return { verdict: 'let in' }
  } catch (error) {
    tell(error)
    return { verdict: 'refused' }
  }
}

let user = options.user

// Writes a record now and then over more than a session's lifetime, perhaps as another user from the second one on, and writes what the library says meanwhile.
async function session(client) {
  const last = Date.now() + Number(options.seconds) * 1000
  await client.createTopic(partitions)
  let sent = 0
  while (Date.now() < last) {
    try {
      await client.produce('none', [sent])
      sent++
    } catch (error) {
      tell(error)
      if (options['next-user']) break
    }
    user = options['next-user'] ?? user
    await pause(100)
  }
  return { verdict: 'ended', records: sent }
}

// How to connect, in the form that node's own TLS takes; undefined where it is not asked for.
function security() {
  const file = name => (name === undefined ? undefined : readFileSync(name))
  const { mechanism, password } = options
  const username = options['next-user'] === undefined ? options.user : () => user
  return {
    tls: options.security.endsWith('ssl') ? { ca: file(options.ca), cert: file(options.cert), key: file(options.key) } : undefined,
    sasl: mechanism === undefined ? undefined : { mechanism, username, password }
  }
}

export async function run(connect) {
  const watchdog = setTimeout(() => finish({ verdict: 'failed', reason: `time is up, and a call did not return: ${lastStep}` }), end - Date.now() + 5000)
  let lastStep = options.phase
  const finish = verdict => {
    clearTimeout(watchdog)
    process.stdout.write(`${JSON.stringify(verdict)}\n`, () => process.exit(verdict.verdict === 'failed' ? 1 : 0))
  }
  process.on('uncaughtException', error => finish({ verdict: 'failed', reason: error.stack }))
  process.on('unhandledRejection', error => finish({ verdict: 'failed', reason: error?.stack ?? String(error) }))
  try {
    const client = await connect({ ...options, ...security() })
    const phases = { roundtrip: roundTrip, resume, login, refused, session }
    const result = await phases[options.phase](client)
    lastStep = 'close'
    if (options.phase !== 'refused') await client.close()
    finish({ verdict: 'ok', codecs: client.codecs, ...result })
  } catch (error) {
    finish({ verdict: 'failed', reason: error.stack, cause: error.errors?.map(String) ?? error.cause?.toString() })
  }
}
