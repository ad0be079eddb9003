// Loops of elementwise operations: unary, and binary with broadcasting.

/// A kernel that maps `count` floats, perhaps in place.
package typealias MapKernel = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void

/// A kernel of two inputs of `count` floats, perhaps in place of one of them.
package typealias PairKernel = (
  UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int
) -> Void

extension Tensor {
  /// Applies `kernel` to all elements, in place if the storage is not shared.
  package consuming func mapped(_ kernel: MapKernel) -> Tensor {
    var input = self.dense()
    input.node = nil
    let inPlace = input.ownsStorage()
    let result = inPlace ? input : Tensor(uninitialized: input.shape, layout: input.layout)
    let (source, target) = (UnsafePointer(input.pointer), result.pointer)
    ThreadPool.shared.forEach(input.count, by: elementwiseChunk) { range in
      kernel(source + range.lowerBound, target + range.lowerBound, range.count)
    }
    return withExtendedLifetime(input.storage) { result }
  }

  /// Applies `kernel(x, y, result, count)` to the elements of this tensor and of `other`, of the
  /// same shape; in place if a storage is not shared.
  package consuming func paired(with other: Tensor, _ kernel: PairKernel) -> Tensor {
    var first = self.dense()
    first.node = nil
    let second = first.layout == .channelsLast ? other.channelsLast() : other.contiguous()
    let inPlace = first.ownsStorage()
    let result = inPlace ? first : Tensor(uninitialized: first.shape, layout: first.layout)
    let (x, y, target) = (first.pointer, second.pointer, result.pointer)
    ThreadPool.shared.forEach(first.count, by: elementwiseChunk) { range in
      let start = range.lowerBound
      kernel(x + start, y + start, target + start, range.count)
    }
    return withExtendedLifetime((first.storage, second.storage)) { result }
  }

  /// Makes two tensors contiguous and, if they have one shape, gives them one layout, channels-last
  /// if either has it.
  static func alike(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    let (a, b) = (a.dense(), b.dense())
    guard a.shape == b.shape, a.layout != b.layout else { return (a, b) }
    return (a.channelsLast(), b.channelsLast())
  }

  /// Applies `function` to all elements.
  consuming func mapped<Function: UnaryFunction>(_ function: Function) -> Tensor {
    mapped { source, target, count in
      forEachVector(count) { index in
        let x = source.vector(at: index)
        target.setVector(at: index, Vector { lane in function(x[lane]) })
      } rest: { index in
        target[index] = function(source[index])
      }
    }
  }
}

// MARK: Loops by vectors

// The compiler does not vectorise loops whose output may overlap the input. Loops that read eight
// elements before they write any need no such proof.

typealias Vector = SIMD8<Float>

/// Calls `body` with 0, 8, 16, … and `rest` with each remaining index.
@inline(__always)
func forEachVector(_ count: Int, _ body: (Int) -> Void, rest: (Int) -> Void) {
  var index = 0
  while index + 8 <= count {
    body(index)
    index += 8
  }
  while index < count {
    rest(index)
    index += 1
  }
}

extension SIMD8<Float> {
  /// The vector of `element(0)` to `element(7)`.
  @inline(__always)
  init(_ element: (Int) -> Float) {
    self.init(
      element(0), element(1), element(2), element(3), element(4), element(5), element(6),
      element(7))
  }
}

extension UnsafePointer<Float> {
  @inline(__always)
  func vector(at index: Int) -> Vector {
    UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  func setVector(at index: Int, _ vector: Vector) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: Vector.self)
  }
}

/// A unary function as a type, so that loops are specialized for it.
protocol UnaryFunction {
  func callAsFunction(_ x: Float) -> Float
}

/// A binary function as a type, so that loops are specialized for it.
protocol BinaryFunction {
  func callAsFunction(_ a: Float, _ b: Float) -> Float
  /// The function of vectors; lane by lane by default.
  func callAsFunction(_ a: Vector, _ b: Vector) -> Vector
}

extension BinaryFunction {
  @inline(__always) func callAsFunction(_ a: Vector, _ b: Vector) -> Vector {
    Vector { lane in self(a[lane], b[lane]) }
  }
}

extension Tensor {
  /// Applies `function` to `a` and `b`, broadcast to a common shape; in place of `a` if its storage
  /// is not shared and has the result's size.
  static func combined<Function: BinaryFunction>(
    _ function: Function, _ operation: StaticString, _ a: consuming Tensor, _ b: Tensor
  ) -> Tensor {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      failShapes(operation, a.shape, b.shape)
    }
    var a = a.dense()
    a.node = nil
    var b = b.dense()
    if a.shape == b.shape, a.layout != b.layout {  // keep the layout of the images
      if a.layout == .channelsLast { b = b.channelsLast() } else { a = a.channelsLast() }
    }
    let layout: Layout =
      (a.layout == .channelsLast && a.shape == shape)
        || (b.layout == .channelsLast && b.shape == shape) ? .channelsLast : .rowMajor
    let inPlace =
      a.shape == shape && a.layout == layout && a.ownsStorage()
    let result = inPlace ? a : Tensor(uninitialized: shape, layout: layout)
    BroadcastLoop(result, a, b).run(function, result.pointer, a.pointer, b.pointer)
    return withExtendedLifetime((a.storage, b.storage)) { result }
  }
}

/// The loop nest over a broadcast result: axes that are contiguous in all three tensors are merged,
/// and the last one is the inner loop.
private struct BroadcastLoop {
  private var sizes: [Int] = []
  private var strides: [(a: Int, b: Int)] = []

  init(_ result: Tensor, _ a: Tensor, _ b: Tensor) {
    let shape = result.shape
    let order = result.layout == .channelsLast ? [0, 2, 3, 1] : Array(0..<shape.rank)
    for axis in order where shape[axis] != 1 {
      let step = (a: a.stride(alignedTo: axis, of: shape), b: b.stride(alignedTo: axis, of: shape))
      let size = shape[axis]
      if let last = strides.last, last.a == step.a * size, last.b == step.b * size {
        sizes[sizes.count - 1] *= size
        strides[strides.count - 1] = step
      } else {
        sizes.append(size)
        strides.append(step)
      }
    }
    if sizes.isEmpty {
      sizes = [shape.elementCount]  // 1, or 0 where an axis has no elements
      strides = [(1, 1)]
    }
  }

  func run<Function: BinaryFunction>(
    _ function: Function, _ result: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>
  ) {
    let (inner, step) = (sizes.last!, strides.last!)
    if sizes.count == 1 {
      ThreadPool.shared.forEach(inner, by: elementwiseChunk) { range in
        let first = range.lowerBound
        row(function, result + first, a + first * step.a, b + first * step.b, step, range.count)
      }
      return
    }
    let rows = sizes.dropLast().reduce(1, *)
    guard inner > 0 else { return }
    ThreadPool.shared.forEach(rows, by: max(1, elementwiseChunk / inner)) { range in
      for index in range {
        var (rest, offsetA, offsetB) = (index, 0, 0)
        for axis in stride(from: sizes.count - 2, through: 0, by: -1) {
          let position = rest % sizes[axis]
          offsetA += position * strides[axis].a
          offsetB += position * strides[axis].b
          rest /= sizes[axis]
        }
        row(function, result + index * inner, a + offsetA, b + offsetB, step, inner)
      }
    }
  }

  @inline(__always)
  private func row<Function: BinaryFunction>(
    _ function: Function, _ result: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>, _ step: (a: Int, b: Int), _ count: Int
  ) {
    switch step {
    case (1, 1):
      forEachVector(count) { index in
        let (x, y) = (a.vector(at: index), b.vector(at: index))
        result.setVector(at: index, function(x, y))
      } rest: { index in
        result[index] = function(a[index], b[index])
      }
    case (1, 0):
      let y = Vector(repeating: b[0])
      forEachVector(count) { index in
        let x = a.vector(at: index)
        result.setVector(at: index, function(x, y))
      } rest: { index in
        result[index] = function(a[index], y[0])
      }
    case (0, 1):
      let x = Vector(repeating: a[0])
      forEachVector(count) { index in
        let y = b.vector(at: index)
        result.setVector(at: index, function(x, y))
      } rest: { index in
        result[index] = function(x[0], b[index])
      }
    default:
      for index in 0..<count {
        result[index] = function(a[index * step.a], b[index * step.b])
      }
    }
  }
}

extension Tensor {
  /// The stride of this tensor along `axis` of the broadcast `shape`: 0 where it repeats.
  func stride(alignedTo axis: Int, of shape: Shape) -> Int {
    let own = axis - (shape.rank - self.shape.rank)
    return own < 0 || self.shape[own] == 1 ? 0 : strides[own]
  }
}
