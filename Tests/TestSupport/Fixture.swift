import Foundation
import GannetTensor
import Testing

/// PyTorch's values for a group of cases: `Fixtures/GROUP.safetensors` in the target's folder. See
/// `scripts/fixtures/README.md`.
package struct Fixture {
  private let data: Data
  private let tensors: [String: Entry]
  private let descriptions: [String: [String: Any]]

  private struct Entry {
    let shape: Shape
    let bytes: Range<Int>
  }

  /// Reads the file of `group`, from the target of the test in `file`.
  package init(_ group: String, for file: String = #filePath) throws {
    let path = file.split(separator: "/")
    let target = try #require(path.lastIndex { $0.hasSuffix("Tests") }, "\(file) is in no target")
    let folder = "/" + path[...target].joined(separator: "/")
    data = try Data(contentsOf: URL(filePath: "\(folder)/Fixtures/\(group).safetensors"))
    let headerSize = Int(data.withUnsafeBytes { $0.load(as: UInt64.self) }.littleEndian)
    let header = try Fixture.object(data[8..<8 + headerSize])
    let metadata = header["__metadata__"] as! [String: String]
    descriptions =
      try Fixture.object(Data(metadata["cases"]!.utf8)) as! [String: [String: Any]]
    tensors = header.compactMapValues { value in
      guard let value = value as? [String: Any], let sizes = value["shape"] as? [Int],
        let offsets = value["data_offsets"] as? [Int]
      else { return nil }
      let start = 8 + headerSize
      return Entry(shape: Shape(sizes), bytes: start + offsets[0]..<start + offsets[1])
    }
  }

  private static func object(_ json: Data) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: json) as! [String: Any]
  }

  /// The names of all cases, in order.
  package var names: [String] { descriptions.keys.sorted() }

  /// The arguments of the case other than its inputs; may be empty.
  package func arguments(_ name: String) -> [String: Any] {
    descriptions[name]?["arguments"] as? [String: Any] ?? [:]
  }

  /// An entry of the description of the case `name`; nil if there is none of that type.
  package func setting<Value>(
    _ key: String, of name: String, as: Value.Type = Value.self
  ) -> Value? {
    descriptions[name]?[key] as? Value
  }

  /// A number of the description of the case `name`.
  package func setting(_ key: String, of name: String) -> Float? {
    setting(key, of: name, as: NSNumber.self)?.floatValue
  }

  /// The stored tensor `name`, which begins with its case's name and a slash; nil if there is none.
  package func tensor(_ name: String) -> Tensor? {
    guard let entry = tensors[name] else { return nil }
    return Tensor(shape: entry.shape) { buffer in
      _ = data[entry.bytes].copyBytes(to: buffer)
    }
  }

  /// The inputs of a case's operation: tensors and integers, each in order.
  package struct Inputs {
    package var tensors: [Tensor] = []
    package var integers: [IntTensor] = []
    /// The stored gradients by the number of their tensor.
    fileprivate var gradients: [Int: Tensor] = [:]
    /// The number of each tensor among all inputs.
    fileprivate var numbers: [Int] = []
  }

  /// The inputs of the case `name`.
  package func inputs(_ name: String) -> Inputs {
    var inputs = Inputs()
    let described = descriptions[name]?["inputs"] as? [[String: Any]] ?? []
    for (number, input) in described.enumerated() {
      let (seed, shape) = (UInt32(input["seed"] as! Int), Shape(input["shape"] as! [Int]))
      let (low, high) = (input["low"] as! NSNumber, input["high"] as! NSNumber)
      if input["integers"] as! Bool {
        let labels = HashSequence.labels(shape.elementCount, classes: high.intValue, seed: seed)
        inputs.integers.append(labels.reshaped(to: shape))
        continue
      }
      inputs.gradients[inputs.tensors.count] = tensor("\(name)/gradient\(number)")
      inputs.numbers.append(number)
      inputs.tensors.append(Tensor(hash: seed, shape, low: low.floatValue, high: high.floatValue))
    }
    return inputs
  }

  /// Expects the value, all gradients and the stored second derivatives of the case `name` from
  /// `function`, with its inputs in every form in memory and in every mixture of two.
  package func check(
    _ name: String, tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor], [IntTensor]) -> Tensor
  ) {
    guard let output = tensor("\(name)/output") else {
      Issue.record("no case \(name) in the fixtures", sourceLocation: sourceLocation)
      return
    }
    let inputs = inputs(name)
    let forms = MemoryForm.allCases
    for first in forms.indices {
      for step in inputs.tensors.count > 1 ? Array(forms.indices) : [0] {
        let mixture = inputs.tensors.indices.map { forms[(first + $0 * step) % forms.count] }
        let leaves = zip(inputs.tensors, mixture).enumerated().map { number, input in
          let tensor = input.1(input.0)
          return inputs.gradients[number] == nil ? tensor : tensor.requiringGradient()
        }
        let y = function(leaves, inputs.integers)
        var good = expectClose(
          y, output, tolerance: tolerance, "\(name), \(mixture)", sourceLocation: sourceLocation)
        if y.requiresGradient, good {
          y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
        }
        for (number, gradient) in inputs.gradients.sorted(by: { $0.key < $1.key }) where good {
          good = expectClose(
            leaves[number].gradient ?? Tensor(zeros: gradient.shape), gradient,
            tolerance: tolerance, "\(name), gradient \(number), \(mixture)",
            sourceLocation: sourceLocation)
        }
        if good {
          good = checkSecondDerivatives(
            name, leaves, inputs, mixture, tolerance: 4 * tolerance,
            sourceLocation: sourceLocation, function)
        }
        if !good { return }  // once is enough
      }
    }
  }

  /// Whether the gradients' projections on vectors from the hash have the stored gradients, with respect to
  /// the inputs and to the upstream gradient; those that are not stored are 0.
  private func checkSecondDerivatives(
    _ name: String, _ leaves: [Tensor], _ inputs: Inputs, _ mixture: [MemoryForm],
    tolerance: Double, sourceLocation: SourceLocation, _ function: ([Tensor], [IntTensor]) -> Tensor
  ) -> Bool {
    guard let ofUpstream = tensor("\(name)/secondUpstream") else { return true }
    let variables = leaves.indices.filter { inputs.gradients[$0] != nil }
    let y = function(leaves, inputs.integers)
    let upstream = Tensor(hash: upstreamSeed, y.shape).requiringGradient()
    let first = gradients(
      of: y, withRespectTo: variables.map { leaves[$0] }, seed: upstream, recording: true)
    let projections = zip(first, variables).map { gradient, number in
      let seed = projectionSeed + UInt32(inputs.numbers[number])
      return (gradient * Tensor(hash: seed, gradient.shape)).sum()
    }
    let second = gradients(
      of: projections.reduce(Tensor(0)) { $0 + $1 },
      withRespectTo: variables.map { leaves[$0] } + [upstream])
    let wanted =
      variables.map { number in
        tensor("\(name)/second\(inputs.numbers[number])") ?? Tensor(zeros: leaves[number].shape)
      } + [ofUpstream]
    return zip(second, wanted).enumerated().allSatisfy { number, pair in
      expectClose(
        pair.0, pair.1, tolerance: tolerance, "\(name), second derivative \(number), \(mixture)",
        sourceLocation: sourceLocation)
    }
  }

  /// As `check(_:tolerance:_:)` for an operation without integers.
  package func check(
    _ name: String, tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor]) -> Tensor
  ) {
    check(name, tolerance: tolerance, sourceLocation: sourceLocation) { tensors, _ in
      function(tensors)
    }
  }
}
