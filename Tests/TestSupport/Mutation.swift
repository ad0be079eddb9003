import GannetTensor

extension [UInt8] {
  /// The bytes with one to four random faults.
  package func mutated(using stream: inout RandomStream) -> [UInt8] {
    var bytes = self
    for _ in 0..<Int.random(in: 1...4, using: &stream) { bytes.mutate(using: &stream) }
    return bytes
  }

  private mutating func mutate(using stream: inout RandomStream) {
    guard !isEmpty else { return append(.random(in: 0...255, using: &stream)) }
    let place = Int.random(in: 0..<count, using: &stream)
    let range = place..<Swift.min(count, place + .random(in: 1...32, using: &stream))
    switch Int.random(in: 0..<9, using: &stream) {
    case 0: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &stream)
    case 1: self[place] = .random(in: 0...255, using: &stream)
    case 2: self[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &stream)!
    case 3: mutateNumber(at: place, using: &stream)
    case 4: mutateDigit(near: place, using: &stream)
    case 5: removeSubrange(range)
    case 6: insert(contentsOf: self[range], at: .random(in: 0...count, using: &stream))
    case 7: removeSubrange(place...)
    default:
      let random = range.map { _ in UInt8.random(in: 0...255, using: &stream) }
      insert(contentsOf: random, at: place)
    }
  }

  /// Replaces the bytes at `place` by a number at the edge of some range, in either byte order.
  private mutating func mutateNumber(at place: Int, using stream: inout RandomStream) {
    let size = [2, 4, 8].randomElement(using: &stream)!
    let edge = UInt64(1) << UInt64.random(in: 0..<UInt64(size * 8), using: &stream)
    let value = [edge, edge &- 1, 0 &- edge, 0 &- edge &- 1].randomElement(using: &stream)!
    var digits = (0..<size).map { UInt8(truncatingIfNeeded: value >> (UInt64($0) * 8)) }
    if Bool.random(using: &stream) { digits.reverse() }
    for (offset, digit) in digits.enumerated() where place + offset < count {
      self[place + offset] = digit
    }
  }

  /// Replaces the next decimal digit by another, or by many.
  private mutating func mutateDigit(near place: Int, using stream: inout RandomStream) {
    guard let digit = self[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else {
      return
    }
    let replacement = ["0", "1", "9", "-1", "65536", "4294967296", "9223372036854775807"]
      .randomElement(using: &stream)!
    replaceSubrange(digit...digit, with: replacement.utf8)
  }
}
