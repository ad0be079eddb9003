import Foundation
import Testing

/// A reader of event files, written apart from their writer.
struct EventReader {
  struct Event {
    var wallTime = 0.0
    var step = 0
    var version: String?
    var values: [Value] = []
  }

  /// A value of a summary: its tag, and the fields of the message by their numbers.
  struct Value {
    var tag = ""
    var scalar: Float?
    var image: Message?
    var histogram: Message?
  }

  /// The fields of a message: integers, and the bytes of everything else.
  struct Message {
    var integers: [Int: Int] = [:]
    var bytes: [Int: [[UInt8]]] = [:]

    func double(_ field: Int) -> Double? {
      bytes[field]?.first.flatMap { EventReader.doubles($0).first }
    }
    func doubles(_ field: Int) -> [Double] { EventReader.doubles(bytes[field]?.first ?? []) }
    func text(_ field: Int) -> String? {
      bytes[field]?.first.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  let events: [Event]

  /// Reads all records of a file, and checks their checksums.
  init(_ file: URL) throws {
    let data = [UInt8](try Data(contentsOf: file))
    var events: [Event] = []
    var place = 0
    while place < data.count {
      try #require(place + 12 <= data.count, "a record's header is cut")
      let length = Int(Self.number(data[place..<place + 8]))
      try #require(place + 16 + length <= data.count, "a record is cut")
      let content = data[place + 12..<place + 12 + length]
      #expect(Self.number(data[place + 8..<place + 12]) == Self.masked(data[place..<place + 8]))
      let end = place + 12 + length
      #expect(Self.number(data[end..<end + 4]) == Self.masked(content))
      events.append(try Self.event(Array(content)))
      place = end + 4
    }
    self.events = events
  }

  /// The scalars of a tag, by their steps.
  func scalars(_ tag: String) -> [(step: Int, value: Float)] {
    events.flatMap { event in
      event.values.filter { $0.tag == tag }.compactMap { value in
        value.scalar.map { (event.step, $0) }
      }
    }
  }

  /// Castagnoli's CRC, bit by bit.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var value: UInt32 = 0xffff_ffff
    for byte in bytes {
      for bit in 0..<8 {
        let isSet = value & 1 != UInt32(byte >> UInt8(bit) & 1)
        value = (value >> 1) ^ (isSet ? 0x82f6_3b78 : 0)
      }
    }
    return ~value
  }

  private static func masked(_ bytes: some Sequence<UInt8>) -> UInt64 {
    let value = UInt64(checksum(bytes))
    return ((value >> 15) + (value << 17 & 0xffff_ffff) + 0xa282_ead8) & 0xffff_ffff
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }

  static func doubles(_ bytes: [UInt8]) -> [Double] {
    stride(from: 0, to: bytes.count - 7, by: 8).map {
      Double(bitPattern: number(bytes[$0..<$0 + 8]))
    }
  }

  static func message(_ bytes: [UInt8]) throws -> Message {
    var message = Message()
    var place = 0
    func varint() throws -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      repeat {
        try #require(place < bytes.count && shift < 64)
        value |= UInt64(bytes[place] & 0x7f) << shift
        shift += 7
        place += 1
      } while bytes[place - 1] & 0x80 != 0
      return value
    }
    while place < bytes.count {
      let key = try varint()
      let field = Int(key >> 3)
      switch key & 7 {
      case 0: message.integers[field] = Int(Int64(bitPattern: try varint()))
      case let kind:
        let length = kind == 1 ? 8 : kind == 5 ? 4 : Int(try varint())
        try #require([1, 2, 5].contains(kind) && place + length <= bytes.count)
        message.bytes[field, default: []].append(Array(bytes[place..<place + length]))
        place += length
      }
    }
    return message
  }

  private static func event(_ bytes: [UInt8]) throws -> Event {
    let message = try message(bytes)
    let values = try (message.bytes[5] ?? []).flatMap { summary in
      try (Self.message(summary).bytes[1] ?? []).map(value)
    }
    return Event(
      wallTime: message.double(1) ?? 0, step: message.integers[2] ?? 0, version: message.text(3),
      values: values)
  }

  private static func value(_ bytes: [UInt8]) throws -> Value {
    let message = try message(bytes)
    return Value(
      tag: message.text(1) ?? "",
      scalar: message.bytes[2]?.first.map { Float(bitPattern: UInt32(number($0[...]))) },
      image: try message.bytes[4]?.first.map(Self.message),
      histogram: try message.bytes[5]?.first.map(Self.message))
  }
}
