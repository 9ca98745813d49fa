// kafkajs against the broker. It ships gzip; the other codecs are plugged in, as its users do.
import zlib from 'node:zlib'
import { promisify } from 'node:util'
import { createRequire } from 'node:module'
import * as lz4 from 'lz4-napi'
import { run } from './scenario.mjs'
import { recordOf } from './records.mjs'

const require = createRequire(import.meta.url)
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs')
const snappy = require('snappyjs')
const zstdCompress = promisify(zlib.zstdCompress)
const zstdDecompress = promisify(zlib.zstdDecompress)
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])

// Snappy as Java's library streams it: a header, then blocks of a big-endian length and its bytes.
function xerialCompress(data) {
  const parts = [xerialMagic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]
  for (let start = 0; start < data.length; start += 32 * 1024) {
    const block = snappy.compress(data.subarray(start, start + 32 * 1024))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

function xerialDecompress(data) {
  if (!data.subarray(0, 8).equals(xerialMagic)) return snappy.uncompress(data)
  const parts = []
  for (let at = 16; at < data.length;) {
    const length = data.readUInt32BE(at)
    parts.push(snappy.uncompress(data.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(parts)
}

CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async encoder => xerialCompress(encoder.buffer),
  decompress: async data => xerialDecompress(data)
})
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async encoder => lz4.compressFrameSync(encoder.buffer),
  decompress: async data => lz4.decompressFrameSync(data)
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => zstdCompress(encoder.buffer),
  decompress: async data => zstdDecompress(data)
})

const types = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD
}

function toMessage(index) {
  const { key, value, headers } = recordOf(index)
  return { key, value, headers: Object.fromEntries(headers) }
}

async function describe(admin) {
  await admin.connect()
  await admin.describeCluster()
}

await run(async ({ bootstrap, topic, phase, tls, sasl }) => {
  const common = { clientId: 'kafkajs', brokers: [bootstrap], ssl: tls, sasl, logLevel: logLevel.WARN, requestTimeout: 30_000, reauthenticationThreshold: 1500 }
  if (phase === 'refused') return { tryOnce: () => describe(new Kafka({ ...common, retry: { retries: 0 } }).admin()) }
  const kafka = new Kafka(common)
  const admin = kafka.admin()
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await admin.connect()
  await producer.connect()

  async function join(groupId, accept) {
    const consumer = kafka.consumer({ groupId, heartbeatInterval: 300, sessionTimeout: 10_000, rebalanceTimeout: 10_000, maxWaitTimeInMs: 100 })
    let assigned = 0
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => (assigned = payload.memberAssignment[topic]?.length ?? 0))
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { offset, key, value, headers } of batch.messages) {
          accept(batch.partition, Number(offset), key, value, Object.entries(headers))
        }
      }
    })
    return { assigned: () => assigned, leave: () => consumer.disconnect() }
  }

  return {
    codecs: Object.keys(types),
    join,
    createTopic: numPartitions => admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }] }),
    produce: (codec, indexes) => producer.send({ topic, acks: -1, compression: types[codec], messages: indexes.map(toMessage) }),
    committed: async groupId => {
      const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
    },
    close: async () => {
      await producer.disconnect()
      await admin.disconnect()
    }
  }
})
