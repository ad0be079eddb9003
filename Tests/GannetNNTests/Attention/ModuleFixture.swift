import GannetNN
import GannetTensor
import TestSupport
import Testing

extension Fixture {
  /// Expects the value and all gradients of the case `name`, whose inputs are sequences and then the
  /// parameters of a module by the names in its arguments.
  ///
  /// - Parameter make: Makes the module; called again for one that carries the gradients.
  func check<Part: Module>(
    _ name: String, of make: () -> Part, tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ function: (Part, [Tensor]) -> Tensor
  ) throws {
    let output = try #require(tensor("\(name)/output"), sourceLocation: sourceLocation)
    let names = try #require(arguments(name)["parameters"] as? [String])
    let inputs = inputs(name).tensors
    let sequenceCount = inputs.count - names.count
    let module = make()
    try module.load(
      Dictionary(uniqueKeysWithValues: zip(names, inputs.dropFirst(sequenceCount))))
    let sequences = inputs.prefix(sequenceCount).map { $0.requiringGradient() }
    let y = function(module, Array(sequences))
    expectClose(
      y, output, tolerance: tolerance, "\(name), output", sourceLocation: sourceLocation)
    y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
    func gradient(_ number: Int) throws -> Tensor {
      try #require(tensor("\(name)/gradient\(number)"), sourceLocation: sourceLocation)
    }
    for (number, sequence) in sequences.enumerated() {
      expectClose(
        try #require(sequence.gradient), try gradient(number), tolerance: tolerance,
        "\(name), gradient \(number)", sourceLocation: sourceLocation)
    }
    let carrier = make()
    let wanted = try names.enumerated().map { ($1, try gradient(sequenceCount + $0)) }
    try carrier.load(Dictionary(uniqueKeysWithValues: wanted))
    for (own, other) in zip(module.parameters, carrier.parameters) {
      expectClose(
        try #require(own.gradient, "\(own.name)"), other.value, tolerance: tolerance,
        "\(name), gradient of \(own.name)", sourceLocation: sourceLocation)
    }
  }

  /// The mask of the case `name`.
  func mask(_ name: String) -> AttentionMask {
    let arguments = arguments(name)
    var mask = AttentionMask.none
    if arguments["causal"] as? Bool == true { mask = mask.and(.causal) }
    if let lengths = arguments["lengths"] as? [Int] { mask = mask.and(.validLengths(lengths)) }
    return mask
  }

  /// The rotary positions of the case `name`; nil for none.
  func rotaryPositions(_ name: String) -> RotaryPositions? {
    (arguments(name)["rotary"] as? [String: Any]).map { form in
      RotaryPositions(
        size: form["size"] as? Int, base: (form["base"] as? Double).map { Float($0) } ?? 10_000,
        pairing: form["pairing"] as? String == "halves" ? .halves : .interleaved)
    }
  }
}

extension MultiHeadAttention {
  /// Self-attention of `x`, `[N, 7, E]`, read in parts of one or three tokens with a cache.
  func inParts(_ x: Tensor, _ cache: inout KeyValueCache) -> Tensor {
    var steps: [Tensor] = []
    for part in [0..<1, 1..<2, 2..<5, 5..<6, 6..<7] {
      steps.append(self(x.sliced(part, along: 1), cache: &cache))
    }
    return concatenate(steps, along: 1)
  }
}
