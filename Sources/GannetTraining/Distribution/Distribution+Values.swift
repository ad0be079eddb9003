import Foundation
import GannetTensor

extension Distribution {
  /// The bytes of the rank `root`, on all ranks.
  func broadcast(_ data: Data, from root: Int, for purpose: String) -> Data {
    var count = UInt64(data.count)
    withUnsafeMutableBytes(of: &count) { broadcast($0, from: root, for: purpose) }
    var bytes = rank == root ? data : Data(count: Int(count))
    if count > 0 {
      bytes.withUnsafeMutableBytes { broadcast($0, from: root, for: purpose) }
    }
    return bytes
  }

  /// The value of the rank `root`, by default rank 0, on all ranks.
  package func broadcast<Value: Codable>(
    _ value: Value, from root: Int = 0, for purpose: String
  ) throws -> Value {
    guard rankCount > 1 else { return value }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .text
    let own = rank == root ? try encoder.encode(value) : Data()
    let data = broadcast(own, from: root, for: purpose)
    guard rank != root else { return value }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .text
    return try decoder.decode(Value.self, from: data)
  }

  /// The texts of all ranks.
  func allGather(_ text: String, for purpose: String) -> [String] {
    (0..<rankCount).map {
      String(decoding: broadcast(Data(text.utf8), from: $0, for: purpose), as: UTF8.self)
    }
  }

  /// The elements that `tensors` have on the rank `root`, by default rank 0.
  func broadcast(_ tensors: [Tensor], from root: Int = 0, for purpose: String) -> [Tensor] {
    guard rankCount > 1 else { return tensors }
    return tensors.map { tensor in
      var copy = tensor.detached().contiguous()
      guard copy.count > 0 else { return copy }
      copy.withMutableBytes { broadcast($0, from: root, for: purpose) }
      return copy
    }
  }

  /// The sums of `tensors`, of the same shapes on each rank, over all ranks.
  func allReduce(_ tensors: [Tensor], for purpose: String) -> [Tensor] {
    let sums = Tensor(uninitialized: [tensors.reduce(0) { $0 + $1.count }])
    let memory = UnsafeMutableBufferPointer(start: sums.pointer, count: sums.count)
    var end = 0
    let ranges = tensors.map { tensor in
      defer { end += tensor.count }
      tensor.withScalars { _ = memory[end..<end + tensor.count].update(fromContentsOf: $0) }
      return end..<end + tensor.count
    }
    if !memory.isEmpty {
      beginAllReduce(memory, for: purpose)
      finishAllReduces()
    }
    return zip(tensors, ranges).map { sums[$1].reshaped(to: $0.shape) }
  }

  /// Runs `body` on each rank; where it throws on one, all others throw, too.
  func together<Result>(for purpose: String, _ body: () throws -> Result) throws -> Result {
    let result = Swift.Result { try body() }
    var message = ""
    if case .failure(let error) = result { message = "\(error)" }
    let failed = allGather([message.isEmpty ? 0 : 1], for: purpose).firstIndex(of: 1)
    guard let failed else { return try result.get() }
    let text = broadcast(Data(message.utf8), from: failed, for: purpose)
    _ = try result.get()
    throw DistributionError.failedElsewhere(
      rank: failed, message: String(decoding: text, as: UTF8.self))
  }
}

extension Tensor {
  /// Calls `body` with the memory of this contiguous tensor.
  fileprivate mutating func withMutableBytes(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
    prepareToWrite()
    body(
      UnsafeMutableRawBufferPointer(
        start: pointer, count: count * MemoryLayout<Float>.stride))
  }
}
