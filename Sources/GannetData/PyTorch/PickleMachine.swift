/// Runs a pickle, which is a program for a stack machine, as far as it builds tensors and containers
/// of them.
///
/// Classes and functions other than those of ``PickleGlobal``, which in Python would run code, are
/// refused by name. Each operation takes a byte or more and makes at most one value, so memory is
/// bounded by the pickle's size. The operations are those of Python's `pickletools`, protocols 2 to 5.
struct PickleMachine {
  private(set) var heap = PickleHeap()

  private var reader: PickleReader
  private var stack: [PickleValue] = []
  /// Heights of the stack at the marks.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(_ bytes: [UInt8], path: String) { reader = PickleReader(bytes, path: path) }

  /// Runs the pickle to its end and returns its value.
  mutating func run() throws -> PickleValue {
    guard try reader.byte() == 0x80 else { throw reader.fault("it does not begin as one") }
    guard (2...5).contains(try reader.byte()) else { throw reader.fault("an unknown protocol") }
    while true {
      let operation = try reader.byte()
      if operation == UInt8(ascii: ".") { break }
      try step(operation)
    }
    let value = try pop()
    guard stack.isEmpty, marks.isEmpty else { throw reader.fault("it leaves several values") }
    return value
  }

  private mutating func step(_ operation: UInt8) throws {
    switch Unicode.Scalar(operation) {
    case "\u{95}": try reader.skip(8)  // a frame's size
    case "(": marks.append(stack.count)
    case "0": _ = try pop()
    case "1": _ = try popToMark()
    case "2": stack.append(try top())
    case "N": stack.append(.none)
    case "\u{88}", "\u{89}": stack.append(.scalar)
    case "J": stack.append(.integer(Int(try reader.integer() as Int32)))
    case "K": stack.append(.integer(Int(try reader.byte())))
    case "M": stack.append(.integer(Int(try reader.integer() as UInt16)))
    case "\u{8a}": try pushInteger(of: Int(reader.byte()))
    case "\u{8b}": try pushInteger(of: reader.count(Int32.self))
    case "G": try pushScalar(of: 8)
    case "X": stack.append(.text(try reader.text(reader.count(UInt32.self))))
    case "\u{8c}": stack.append(.text(try reader.text(Int(reader.byte()))))
    case "\u{8d}": stack.append(.text(try reader.text(reader.count(UInt64.self))))
    case "B": try pushScalar(of: reader.count(UInt32.self))
    case "C", "U": try pushScalar(of: Int(reader.byte()))
    case "T": try pushScalar(of: reader.count(Int32.self))
    case "\u{8e}": try pushScalar(of: reader.count(UInt64.self))
    case "h": try recall(Int(reader.byte()))
    case "j": try recall(Int(reader.integer() as UInt32))
    case "q": memo[Int(try reader.byte())] = try top()
    case "r": memo[Int(try reader.integer() as UInt32)] = try top()
    case "\u{94}": memo[memo.count] = try top()
    default: try stepOfObjects(operation)
    }
  }

  private mutating func stepOfObjects(_ operation: UInt8) throws {
    switch Unicode.Scalar(operation) {
    case ")": stack.append(heap.tuple([]))
    case "\u{85}": stack.append(heap.tuple(try pop(1)))
    case "\u{86}": stack.append(heap.tuple(try pop(2)))
    case "\u{87}": stack.append(heap.tuple(try pop(3)))
    case "t": stack.append(heap.tuple(try popToMark()))
    case "]": stack.append(heap.list([]))
    case "l": stack.append(heap.list(try popToMark()))
    case "}": stack.append(heap.dictionary([]))
    case "d": stack.append(heap.dictionary(try items(popToMark())))
    case "a": try append(pop(1))
    case "e": try append(popToMark())
    case "s": try set(pop(2))
    case "u": try set(popToMark())
    case "c": try pushGlobal(reader.line(), reader.line())
    case "\u{93}":
      guard case (.text(let module), .text(let name)) = (stack.dropLast().last, stack.last) else {
        throw reader.fault("a class without a name")
      }
      _ = try pop(2)
      try pushGlobal(module, name)
    case "Q": stack.append(.storage(try storage(pop())))
    case "R":
      let arguments = try pop()
      stack.append(try heap.call(pop(), with: arguments, reader))
    case "b":
      // The attributes of a dictionary, as `_metadata`.
      _ = try pop()
      guard case .dictionary = try top() else { throw reader.fault("attributes of no dictionary") }
    default:
      throw FileError(
        .unsupported, path: reader.path,
        "its pickle has the operation 0x\(String(operation, radix: 16)), which builds no tensor",
        advice: PyTorchFile.advice)
    }
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw reader.fault("a value is missing")
    }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw reader.fault("values are missing") }
    defer { stack.removeLast(count) }
    return stack.suffix(count)
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw reader.fault("a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pushInteger(of count: Int) throws {
    stack.append(try reader.wideInteger(count).map { .integer($0) } ?? .scalar)
  }

  private mutating func pushScalar(of count: Int) throws {
    try reader.skip(count)
    stack.append(.scalar)
  }

  private mutating func recall(_ number: Int) throws {
    guard let value = memo[number] else { throw reader.fault("\(number) is not remembered") }
    stack.append(value)
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws {
    guard let global = PickleGlobal("\(module).\(name)") else {
      throw FileError(
        .unsupported, path: reader.path,
        "its pickle uses \(module).\(name), which builds no tensor of numbers",
        advice: PyTorchFile.advice)
    }
    stack.append(.global(global))
  }

  private mutating func append(_ values: [PickleValue]) throws {
    guard case .list(let list) = try top() else { throw reader.fault("items of no list") }
    heap.append(values, to: list)
  }

  private mutating func set(_ values: [PickleValue]) throws {
    guard case .dictionary(let index) = try top() else {
      throw reader.fault("items of no dictionary")
    }
    heap.append(try items(values), toDictionary: index)
  }

  private func items(_ values: [PickleValue]) throws -> [PickleHeap.Item] {
    guard values.count % 2 == 0 else { throw reader.fault("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  /// The storage of a persistent identifier, `("storage", class, key, device, count)`.
  private func storage(_ identifier: PickleValue) throws -> PyTorchStorage {
    guard case .tuple(let index) = identifier, heap.sequences[index].count == 5,
      case .text("storage") = heap.sequences[index][0],
      case .global(.storage(let type)) = heap.sequences[index][1],
      case .text(let key) = heap.sequences[index][2],
      case .integer(let count) = heap.sequences[index][4], count >= 0
    else { throw reader.fault("a storage that is none") }
    return PyTorchStorage(scalarType: type, key: key, count: count)
  }
}
