/// Element types of array files.
package enum ScalarType: Sendable {
  case bool, uint8, uint16, uint32, uint64, int8, int16, int32, int64
  case float16, bfloat16, float32, float64

  /// Size of an element in bytes.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// A tensor's scalar type, to which files' elements are converted.
package protocol FileScalar: BitwiseCopyable {
  /// The equal scalar, or nil where there is none.
  init?(exactly value: Int64)
  init?(exactly value: UInt64)
  /// The nearest scalar, or nil where a finite value overflows or there is none.
  init?(nearest value: Double)
}

extension Float: FileScalar {
  package init?(nearest value: Double) {
    self.init(value)
    if isInfinite && value.isFinite { return nil }
  }
}

extension Int32: FileScalar {
  package init?(nearest value: Double) { self.init(exactly: value) }
}

extension ScalarType {
  /// Converts elements to tensor scalars, as many as `target` holds.
  ///
  /// Returns the index of the first element that cannot be converted, or nil. Integers must be
  /// exact; 64-bit floats are rounded.
  package func convert<Target: FileScalar>(
    _ bytes: UnsafeRawBufferPointer, isBigEndian: Bool,
    to target: UnsafeMutableBufferPointer<Target>
  ) -> Int? {
    func each<Bits: FixedWidthInteger & BitwiseCopyable>(
      _: Bits.Type, _ convert: (Bits) -> Target?
    ) -> Int? {
      for index in target.indices {
        let bits = bytes.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
        let value = convert(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
        guard let value else { return index }
        target[index] = value
      }
      return nil
    }
    switch self {
    case .bool: return each(UInt8.self) { $0 <= 1 ? Target(exactly: UInt64($0)) : nil }
    case .uint8: return each(UInt8.self) { Target(exactly: UInt64($0)) }
    case .uint16: return each(UInt16.self) { Target(exactly: UInt64($0)) }
    case .uint32: return each(UInt32.self) { Target(exactly: UInt64($0)) }
    case .uint64: return each(UInt64.self) { Target(exactly: $0) }
    case .int8: return each(Int8.self) { Target(exactly: Int64($0)) }
    case .int16: return each(Int16.self) { Target(exactly: Int64($0)) }
    case .int32: return each(Int32.self) { Target(exactly: Int64($0)) }
    case .int64: return each(Int64.self) { Target(exactly: $0) }
    case .float16: return each(UInt16.self) { Target(nearest: Double(Float(halfBits: $0))) }
    case .bfloat16:
      return each(UInt16.self) { Target(nearest: Double(Float(bitPattern: UInt32($0) << 16))) }
    case .float32: return each(UInt32.self) { Target(nearest: Double(Float(bitPattern: $0))) }
    case .float64: return each(UInt64.self) { Target(nearest: Double(bitPattern: $0)) }
    }
  }
}

extension Float {
  /// Converts IEEE 754 half precision. `Float16` does not exist on every platform.
  fileprivate init(halfBits bits: UInt16) {
    let magnitude = UInt32(bits & 0x7fff) << 13
    let isSpecial = bits & 0x7c00 == 0x7c00
    // Changing the exponent's bias by a multiplication also normalizes subnormal values.
    let value =
      isSpecial
      ? Float(bitPattern: magnitude | 0x7f80_0000) : Float(bitPattern: magnitude) * 0x1p112
    self = bits & 0x8000 == 0 ? value : -value
  }
}
