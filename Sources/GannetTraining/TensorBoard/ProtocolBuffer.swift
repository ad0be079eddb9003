/// A message in the encoding of protocol buffers, built field by field.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  mutating func add(_ value: Int64, as field: UInt64) {
    addKey(field, .varint)
    addVarint(UInt64(bitPattern: value))
  }

  mutating func add(_ value: Double, as field: UInt64) {
    addKey(field, .fixed64)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ value: Float, as field: UInt64) {
    addKey(field, .fixed32)
    addLittleEndian(value.bitPattern)
  }

  mutating func add(_ value: String, as field: UInt64) { add(Array(value.utf8), as: field) }

  mutating func add(_ message: ProtocolBuffer, as field: UInt64) { add(message.bytes, as: field) }

  mutating func add(_ value: [UInt8], as field: UInt64) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(value.count))
    bytes += value
  }

  /// Adds a repeated field, packed.
  mutating func add(_ values: [Double], as field: UInt64) {
    addKey(field, .lengthDelimited)
    addVarint(UInt64(8 * values.count))
    for value in values { addLittleEndian(value.bitPattern) }
  }

  private mutating func addKey(_ field: UInt64, _ type: WireType) {
    addVarint(field << 3 | type.rawValue)
  }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func addLittleEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
