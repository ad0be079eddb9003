import GannetTensor

/// A chain of layers.
///
///     let network = Sequential {
///       Flatten()
///       Linear(784, 256)
///       ReLU()
///       Linear(256, 10)
///     }
///
/// A linear layer, a convolution or a batch norm is fused with the activation and the dropout after
/// it where possible. Parts are named by their index, `1.weight`, unless they are given
/// names.
public final class Sequential: Layer, KeyedParts {
  /// The layers, first to last.
  public var layers: [any Layer]
  private let names: [String]

  /// Makes a chain of `layers`.
  public init(_ layers: [any Layer]) {
    self.layers = layers
    names = []
  }

  /// Makes a chain of layers with names of their own: `conv0.weight`.
  public init(named layers: [(name: String, layer: any Layer)]) {
    self.layers = layers.map(\.layer)
    names = layers.map(\.name)
    guard Set(names).count == names.count else { fail("Sequential: names \(names) repeat one") }
  }

  /// Makes a chain of the layers that `body` lists; loops and conditions are allowed.
  public convenience init(@LayerBuilder _ body: () -> [any Layer]) { self.init(body()) }

  /// Applies the layers to `x` in order.
  public func callAsFunction(_ x: Tensor) -> Tensor { result(for: x, in: nil) }

  /// The result for `x`, in the next channels of `buffer` where there is one.
  private func result(for x: Tensor, in buffer: ChannelBuffer?) -> Tensor {
    if layers.isEmpty { return buffer?.append(x) ?? x }
    var result = x
    var index = 0
    // The buffer that holds the result, where the next layer adds channels to it.
    var extended: ChannelBuffer?
    while index < layers.count {
      let layer = layers[index]
      index += 1
      if let extending = layer as? any ExtendingLayer, let own = extended.take() {
        result = extending.extend(own)
        if index == layers.count { result = buffer?.append(result) ?? result }
        continue
      }
      let fusing = layer as? any FusingLayer
      var epilogue = fusing == nil ? Epilogue() : self.epilogue(from: &index)
      if index == layers.count {
        epilogue.buffer = buffer
      } else if let next = layers[index] as? any ExtendingLayer {
        extended = ChannelBuffer(channels: next.outputChannels)
        epilogue.buffer = extended
      }
      result =
        fusing?(result, followedBy: epilogue) ?? epilogue.buffer.map { layer(result, into: $0) }
        ?? layer(result)
    }
    return result
  }

  /// The activation and dropout at `index`, if they are there, which is moved behind them.
  private func epilogue(from index: inout Int) -> Epilogue {
    var epilogue = Epilogue()
    if index < layers.count, let next = layers[index] as? any ActivationLayer {
      epilogue.activation = next.activation
      index += 1
    }
    if index < layers.count, let next = layers[index] as? Dropout {
      epilogue.dropout = next
      index += 1
    }
    return epilogue
  }
}

extension Sequential: FillingLayer {
  package func fill(_ buffer: ChannelBuffer, with x: Tensor) -> Tensor {
    result(for: x, in: buffer)
  }
}

extension Sequential {
  package var keyedParts: [(key: String, part: any Module)] {
    layers.enumerated().map { ($0 < names.count ? names[$0] : String($0), $1) }
  }
}

extension Sequential: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { layers.count }
  public subscript(index: Int) -> any Layer {
    get { layers[index] }
    set { layers[index] = newValue }
  }
}

/// The result builder of a ``Sequential``.
@resultBuilder
public enum LayerBuilder {
  /// A layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// All layers of an array.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// The layers of all lines, in order.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// The layers of an `if` without `else`; none where it is not taken.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The layers of an `if` that is taken.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// The layers of the `else`.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// The layers of all passes of a `for` loop.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
