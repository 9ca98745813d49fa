// The records that every client program writes and expects, made from their index alone. The other programs make the same ones.

export const codecStride = 1_000_000
export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

const table = Buffer.alloc(1024)
for (let i = 0, state = 1; i < table.length; i++) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
  table[i] = (state >>> 16) & 0xff
}

// index -> { key, value, headers: [[name, bytes], …] }; every 100th key and every 1000th value is null, every 10th record has an empty header
export function recordOf(index) {
  const raw = Buffer.alloc(4)
  raw.writeUInt32BE(Math.imul(index, 2654435761) >>> 0)
  const headers = [['index', Buffer.from(String(index))], ['raw', raw]]
  if (index % 10 === 0) headers.push(['empty', Buffer.alloc(0)])
  const start = index % 251
  return {
    key: index % 100 === 99 ? null : Buffer.from(`key-${index % 997}`),
    value: index % 1000 === 500 ? null : Buffer.concat([Buffer.from(`${index}:`), table.subarray(start, start + ((index * 7) % 180))]),
    headers
  }
}

function same(left, right) {
  return left === null || right === null ? left === right : Buffer.compare(left, right) === 0
}

// Collects what the members of a group received and compares every byte of it.
export class Ledger {
  received = new Map()
  duplicates = 0
  partitions = new Map()

  get count() {
    return this.received.size
  }

  // headers: [[name, bytes], …] in the order received
  accept(member, partition, offset, key, value, headers) {
    const where = `partition ${partition} offset ${offset}`
    const index = Number(headers.find(([name]) => name === 'index')?.[1])
    if (!Number.isInteger(index)) throw new Error(`${where}: no header named index`)
    const expected = recordOf(index)
    if (!same(expected.key, key)) throw new Error(`${where}: record ${index} has key ${key} instead of ${expected.key}`)
    if (!same(expected.value, value)) throw new Error(`${where}: record ${index} has another value`)
    if (headers.length !== expected.headers.length) throw new Error(`${where}: record ${index} has ${headers.length} headers`)
    expected.headers.forEach(([name, bytes], i) => {
      if (headers[i][0] !== name || !same(bytes, headers[i][1])) throw new Error(`${where}: record ${index} has another header ${i}`)
    })
    if (!this.partitions.has(partition)) this.partitions.set(partition, new Map())
    const offsets = this.partitions.get(partition)
    if (offsets.has(offset) && offsets.get(offset) !== index) throw new Error(`${where}: first record ${offsets.get(offset)}, then ${index}`)
    if (this.received.has(index)) {
      if (!offsets.has(offset)) throw new Error(`${where}: record ${index} is in the log twice`)
      this.duplicates++
    }
    offsets.set(offset, index)
    this.received.set(index, member)
  }

  countOf(member) {
    let count = 0
    for (const by of this.received.values()) if (by === member) count++
    return count
  }

  // No gap between the first and the last offset of a partition, and the records of one codec in the order they were sent.
  checkOrder() {
    for (const [partition, offsets] of this.partitions) {
      const sorted = [...offsets.keys()].sort((a, b) => a - b)
      const last = new Map()
      sorted.forEach((offset, i) => {
        if (offset !== sorted[0] + i) throw new Error(`partition ${partition}: nothing at offset ${sorted[0] + i}`)
        const index = offsets.get(offset)
        const codec = Math.floor(index / codecStride)
        if (last.has(codec) && last.get(codec) >= index) throw new Error(`partition ${partition} offset ${offset}: out of order`)
        last.set(codec, index)
      })
    }
  }
}
