/// An operation of a graph: what it computes and its settings, apart from its inputs.
///
/// The function of the same name computes it, and hands it to the trace where one is on.
package protocol GraphOperation {
  /// The operation's name, for messages.
  var name: String { get }

  /// Those of its settings that are sizes, and thus may depend on the batch's; none by default.
  var sizes: [Int] { get set }

  /// The shapes of the results, tensors, for `inputs`; nil, the default, where they are known by
  /// computing the results alone. Operations that take long have them, for traces of shapes.
  func shapes(of inputs: GraphInputs) -> [Shape]?

  /// The results for `inputs`, the first of them in the next channels of `buffer` where there is one.
  func callAsFunction(_ inputs: consuming GraphInputs, into buffer: ChannelBuffer?) -> [GraphValue]
}

extension GraphOperation {
  package var sizes: [Int] {
    get { [] }
    set { _ = newValue }
  }

  package func shapes(of inputs: GraphInputs) -> [Shape]? { nil }
}

/// An operation with an activation in its epilogue.
protocol ActivatedOperation: GraphOperation {
  var activation: Activation { get set }
}

/// The inputs of an operation; nil where an optional one is missing.
package struct GraphInputs {
  private var values: [GraphValue?]

  init(_ values: [GraphValue?]) { self.values = values }

  package var count: Int { values.count }

  /// Input `index`, a tensor.
  package subscript(index: Int) -> Tensor { values[index]!.tensor }

  /// Input `index`, a tensor; nil where it is missing.
  package func optional(_ index: Int) -> Tensor? {
    index < values.count ? values[index]?.tensor : nil
  }

  /// Input `index`; nil where it is missing.
  package func value(_ index: Int) -> GraphValue? { values[index] }

  /// Input `index`, integers.
  package func integers(_ index: Int) -> IntTensor { values[index]!.integers }

  /// Moves a tensor out, so that its storage may be written where nothing else holds it.
  package mutating func take(_ index: Int) -> Tensor { values[index].take()!.tensor }

  /// The inputs from `index` on.
  package func values(from index: Int) -> [GraphValue] { values[index...].map { $0! } }

  /// All inputs, tensors.
  package var tensors: [Tensor] { values.map { $0!.tensor } }
}

/// An operation that is known by its name and a function alone.
package struct TracedFunction: GraphOperation {
  package let name: String
  package var sizes: [Int]
  private let body: (_ inputs: consuming GraphInputs, _ sizes: [Int]) -> [GraphValue]

  package init(
    _ name: StaticString, sizes: [Int] = [],
    _ body: @escaping (_ inputs: consuming GraphInputs, _ sizes: [Int]) -> [GraphValue]
  ) {
    self.name = "\(name)"
    self.sizes = sizes
    self.body = body
  }

  package func callAsFunction(
    _ inputs: consuming GraphInputs, into buffer: ChannelBuffer?
  ) -> [GraphValue] {
    body(inputs, sizes).placed(in: buffer)
  }
}

extension [GraphValue] {
  /// These results, with the first copied into the next channels of `buffer` where there is one.
  func placed(in buffer: ChannelBuffer?) -> [GraphValue] {
    guard let buffer else { return self }
    return [.tensor(buffer.append(self[0].tensor))] + dropFirst()
  }
}
