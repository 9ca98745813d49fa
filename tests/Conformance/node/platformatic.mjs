// @platformatic/kafka against the broker; it has every codec built in.
import { Admin, Consumer, Producer } from '@platformatic/kafka'
import { run, tell } from './scenario.mjs'
import { codecs, recordOf } from './records.mjs'

function toMessage(topic, index) {
  const { key, value, headers } = recordOf(index)
  return {
    topic,
    key: key ?? undefined,
    value: value ?? undefined,
    headers: new Map(headers.map(([name, bytes]) => [Buffer.from(name), bytes]))
  }
}

await run(async ({ bootstrap, topic, tls, sasl }) => {
  const common = { clientId: 'platformatic', bootstrapBrokers: [bootstrap], ...(tls && { tls }), ...(sasl && { sasl }) }
  const admin = new Admin(common)
  const producer = new Producer({ ...common, idempotent: true, acks: -1 })

  for (const client of [admin, producer]) client.on('client:broker:failed', ({ error }) => error && tell(error))

  async function join(groupId, accept) {
    const consumer = new Consumer({
      ...common, groupId, heartbeatInterval: 300, sessionTimeout: 10_000, rebalanceTimeout: 10_000, maxWaitTime: 100, autocommit: 100
    })
    const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
    stream.on('data', ({ partition, offset, key, value, headerEntries }) => {
      accept(partition, Number(offset), key ?? null, value ?? null, headerEntries.map(([name, bytes]) => [name.toString(), bytes]))
    })
    return {
      assigned: () => consumer.assignments?.find(assignment => assignment.topic === topic)?.partitions.length ?? 0,
      leave: async () => {
        await stream.close()
        await consumer.close(true)
      }
    }
  }

  return {
    codecs,
    join,
    tryOnce: () => new Admin({ ...common, retries: 0 }).metadata({ topics: [] }),
    createTopic: partitions => admin.createTopics({ topics: [topic], partitions, replicas: 1 }),
    produce: (codec, indexes) => producer.send({ compression: codec, messages: indexes.map(index => toMessage(topic, index)) }),
    committed: async (groupId, partitions) => {
      const consumer = new Consumer({ ...common, groupId })
      const offsets = await consumer.listCommittedOffsets({
        topics: [{ topic, partitions: Array.from({ length: partitions }, (_, i) => i) }]
      })
      await consumer.close(true)
      return offsets.get(topic).reduce((sum, offset) => sum + Math.max(0, Number(offset)), 0)
    },
    close: async () => {
      await producer.close()
      await admin.close()
    }
  }
})
