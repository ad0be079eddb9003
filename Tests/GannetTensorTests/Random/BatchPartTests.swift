import GannetTensor
import TestSupport
import Testing

/// Random numbers for the parts of a batch.
@Suite("Draws of parts of a batch")
struct BatchPartTests {
  private static func masked(_ shape: Shape, using stream: inout RandomStream) -> Tensor {
    let mask = DropoutMask(count: shape.elementCount, probability: 0.4, using: &stream)
    return dropout(Tensor(ones: shape), mask: mask)
      + Tensor(normal: shape, using: &stream) + Tensor(uniform: shape, using: &stream)
  }

  /// The tensors of all parts, and the stream after each.
  private static func parts(
    _ count: Int, of shape: Shape, axis: Int
  ) -> [(part: BatchPart, drawn: Tensor, stream: RandomStream)] {
    (0..<count).compactMap { number in
      let part = BatchPart(number, of: count, batchSize: shape[axis])
      guard !part.examples.isEmpty else { return nil }
      var sizes = Array(shape)
      sizes[axis] = part.examples.count
      var stream = RandomStream(seed: 7, stream: 3, position: 64)
      let drawn = BatchPart.$current.withValue(part) { masked(Shape(sizes), using: &stream) }
      return (part, drawn, stream)
    }
  }

  @Test(
    "a part draws what the whole batch draws for its examples",
    arguments: [[32, 5], [21, 3, 4, 5], [3, 7], [1, 1], [9, 0]] as [Shape])
  func slices(shape: Shape) {
    var stream = RandomStream(seed: 7, stream: 3, position: 64)
    let whole = Self.masked(shape, using: &stream)
    for count in [1, 2, 4, 8] {
      for (part, drawn, after) in Self.parts(count, of: shape, axis: 0) {
        expectIdentical(drawn, whole[part.examples])
        #expect(after == stream)
      }
    }
  }

  @Test("where time comes first, the parts draw all of the batch's numbers, each once")
  func timeFirst() {
    let shape: Shape = [6, 16, 3]
    var stream = RandomStream(seed: 7, stream: 3, position: 64)
    let whole = Tensor(uniform: shape, using: &stream).scalars.sorted()
    for count in [2, 8] {
      let drawn = (0..<count).flatMap { number in
        let part = BatchPart(number, of: count, batchSize: 16)
        var stream = RandomStream(seed: 7, stream: 3, position: 64)
        return BatchPart.$current.withValue(part) {
          Tensor(uniform: [6, part.examples.count, 3], using: &stream).scalars
        }
      }
      #expect(drawn.sorted() == whole)
    }
  }

  @Test("numbers that are not by example are the same in each part")
  func common() {
    let drawn = (0..<4).map { number in
      var stream = RandomStream(seed: 7)
      return BatchPart.$current.withValue(BatchPart(number, of: 4, batchSize: 20)) {
        Tensor(uniform: [3], using: &stream).scalars
      }
    }
    #expect(drawn.allSatisfy { $0 == drawn[0] })
  }
}
