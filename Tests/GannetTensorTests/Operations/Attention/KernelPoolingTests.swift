import GannetTensor
import TestSupport
import Testing

@Suite struct KernelPoolingTests {
  private let kernels: [PoolingKernel] = [
    .gaussian(), .gaussian(width: 0.3), .boxcar, .constant, .epanechikov,
  ]

  @Test func kernelsAreThoseOfTheBook() {
    let distances: Tensor = [-2, -1, -0.5, 0, 0.5, 1]
    #expect(PoolingKernel.boxcar(distances).scalars == [0, 0, 1, 1, 1, 0])
    #expect(PoolingKernel.constant(distances).scalars == [1, 1, 1, 1, 1, 1])
    #expect(PoolingKernel.epanechikov(distances).scalars == [0, 0, 0.5, 1, 0.5, 0])
    expectClose(
      PoolingKernel.gaussian(width: 0.5)(distances),
      [0.00033546, 0.13533528, 0.60653066, 1, 0.60653066, 0.13533528], tolerance: 1e-6)
  }

  @Test func meansAreThoseOfTheKernelsWeights() {
    let (query, key) = (Tensor(hash: 1, [7]), Tensor(hash: 2, [5]))
    let value = Tensor(hash: 3, [5, 2, 3])
    for kernel in kernels {
      let (output, weights) = kernelPooling(query: query, key: key, value: value, kernel: kernel)
      let raw = kernel(query.unsqueezed(at: 1) - key.unsqueezed(at: 0))
      let expected = raw / raw.sum(along: 1, keepingAxes: true)
      expectClose(weights, expected, tolerance: 1e-5)
      #expect(output.shape == [7, 2, 3])
      expectClose(
        output.reshaped(to: [7, 6]), matmul(weights, value.reshaped(to: [5, 6])), tolerance: 1e-6)
      let (single, _) = kernelPooling(
        query: query, key: key, value: value.reshaped(to: [5, 6]).transposed()[0], kernel: kernel)
      expectClose(single, output.reshaped(to: [7, 6]).transposed()[0], tolerance: 1e-6)
    }
  }

  @Test func pointsAreComparedByTheirDistance() {
    let (query, key) = (Tensor(hash: 1, [4, 3]), Tensor(hash: 2, [6, 3]))
    for kernel in kernels {
      let weights = kernelPooling(
        query: query, key: key, value: Tensor(ones: [6]), kernel: kernel
      ).weights
      let difference = query.unsqueezed(at: 1) - key.unsqueezed(at: 0)
      let raw = kernel(sqrt((difference * difference).sum(along: 2)))
      let sums = raw.sum(along: 1, keepingAxes: true)
      for row in 0..<4 where sums[row, 0] > 0 {
        expectClose(weights[row], raw[row] / sums[row], tolerance: 1e-5)
      }
    }
  }

  @Test func aQueryFarFromAllKeysHasNoNaN() {
    let key: Tensor = [0, 1, 2, 3]
    for kernel in [PoolingKernel.boxcar, .epanechikov, .constant] {
      let (output, weights) = kernelPooling(
        query: [1_000], key: key, value: [1, 2, 3, 6], kernel: kernel)
      #expect(weights.scalars == [0.25, 0.25, 0.25, 0.25])
      #expect(output.scalars == [3])
    }
    // The nearest of the keys has all the weight, though each kernel value underflows.
    let (output, weights) = kernelPooling(
      query: [1_000], key: key, value: [1, 2, 3, 6], kernel: .gaussian())
    #expect(weights.scalars == [0, 0, 0, 1])
    #expect(output.scalars == [6])
  }

  @Test func gradientsAreThoseOfDifferences() {
    let inputs = [Tensor(hash: 1, [3]), Tensor(hash: 2, [4]), Tensor(hash: 3, [4, 2])]
    for kernel in [PoolingKernel.gaussian(), .gaussian(width: 0.5)] {
      expectGradients(inputs) {
        kernelPooling(query: $0[0], key: $0[1], value: $0[2], kernel: kernel).output
      }
    }
  }

  @Test func othersThanFittingShapesStop() async {
    let keys = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = kernelPooling(
        query: Tensor(ones: [3, 2]), key: Tensor(ones: [4]), value: Tensor(ones: [4]),
        kernel: .boxcar)
    }
    expectMessage(keys, "kernelPooling: ")
    let width = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = kernelPooling(
        query: Tensor(ones: [3]), key: Tensor(ones: [4]), value: Tensor(ones: [4]),
        kernel: .gaussian(width: 0))
    }
    expectMessage(width, "kernelPooling: a width of 0.0, expected above 0")
  }
}
