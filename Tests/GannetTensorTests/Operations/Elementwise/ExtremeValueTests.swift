import GannetTensor
import TestSupport
import Testing

/// Values and gradients where numbers are 0, negative, tiny, huge or infinite: those of PyTorch 2 in
/// float32.
@Suite struct ExtremeValueTests {
  private let infinity = Float.infinity
  private let nan = Float.nan
  private let tiny = Float.leastNonzeroMagnitude

  @Test func expm1IsPyTorchs() {
    expectExtremes(
      [0, 1e-30, -1e-30, 1e-5, -1e-5, -100, 88, 89, infinity, -infinity],
      values: [
        0, 1e-30, -1e-30, 1.0000049769587349e-05, -9.999949725170154e-06, -1,
        1.6516362661361307e+38, infinity, infinity, -1,
      ],
      gradients: [
        1, 1, 1, 1.0000100135803223, 0.9999899864196777, 0, 1.6516362661361307e+38, infinity,
        infinity, 0,
      ]
    ) { expm1($0) }
  }

  @Test func log1pIsPyTorchs() {
    expectExtremes(
      [0, 1e-30, -1e-30, 1e-5, -1e-5, -1, -2, -0.99999994, 1e30, infinity, -infinity],
      values: [
        0, 1e-30, -1e-30, 9.999949725170154e-06, -1.0000049769587349e-05, -infinity, nan,
        -16.63553237915039, 69.07755279541016, infinity, nan,
      ],
      gradients: [
        1, 1, 1, 0.9999899864196777, 1.0000100135803223, infinity, -1, 16_777_216, 1e-30, 0, 0,
      ]
    ) { log1p($0) }
  }

  @Test func erfIsPyTorchs() {
    expectExtremes(
      [0, 1e-30, -1e-30, tiny, 3.9, -3.9, 4.1, 10, -1e30, infinity, -infinity, nan],
      values: [
        0, 1.1283792206876573e-30, -1.1283792206876573e-30, tiny, 0.99999994, -0.99999994, 1, 1,
        -1, 1, -1, nan,
      ],
      gradients: [
        1.128379225730896, 1.128379225730896, 1.128379225730896, 1.128379225730896,
        2.7979217520623934e-07, 2.7979217520623934e-07, 5.6489156463612744e-08,
        30 * tiny, 0, 0, 0, nan,
      ]
    ) { erf($0) }
  }

  /// PyTorch takes a root for the exponents 0.5 and -0.5; its values at -0 and at -infinity are others.
  @Test func powersAreThoseOfPyTorch() {
    let x: [Float] = [0, -2, 1e-30, -1e-30, 1e30, -1e30, infinity, tiny]
    let table: [(exponent: Float, values: [Float], gradients: [Float])] = [
      (0, Array(repeating: 1, count: 8), Array(repeating: 0, count: 8)),
      (1, x, Array(repeating: 1, count: 8)),
      (
        2, [0, 4, 0, 0, infinity, infinity, infinity, 0],
        [0, -4, 2e-30, -2e-30, 2e30, -2e30, infinity, 2 * tiny]
      ),
      (
        3, [0, -8, 0, 0, infinity, -infinity, infinity, 0],
        [0, 12, 0, 0, infinity, infinity, infinity, 0]
      ),
      (
        0.5, [0, nan, 1e-15, nan, 1e15, nan, infinity, 3.743392066509216e-23],
        [infinity, nan, 5e14, nan, 5e-16, nan, 0, 1.3356869224547685e+22]
      ),
      (
        -1, [infinity, -0.5, 1e30, -1e30, 1e-30, -1e-30, 0, infinity],
        [-infinity, -0.25, -infinity, -infinity, 0, 0, 0, -infinity]
      ),
      (
        -2, [infinity, 0.25, infinity, infinity, 0, 0, 0, infinity],
        [-infinity, 0.25, -infinity, infinity, 0, 0, 0, -infinity]
      ),
      (
        -0.5, [infinity, nan, 1e15, nan, 1e-15, nan, 0, 2.671373844909537e+22],
        [-infinity, nan, -infinity, nan, 0, nan, 0, -infinity]
      ),
      (
        1.5, [0, nan, tiny, nan, infinity, nan, infinity, 0],
        [0, nan, 1.5e-15, nan, 1.5e15, nan, infinity, 5.615087941991643e-23]
      ),
    ]
    for (exponent, values, gradients) in table {
      expectExtremes(x, values: values, gradients: gradients, "exponent \(exponent)") {
        pow($0, exponent)
      }
    }
  }

  @Test func powersOfTwoTensorsAreThoseOfPyTorch() {
    let table: [(x: Float, exponent: Float, value: Float, ofX: Float, ofExponent: Float)] = [
      (0, 0, 1, 0, 0), (0, 2, 0, 0, 0), (0, -1, infinity, -infinity, -infinity),
      (-2, 2, 4, -4, nan), (-2, 0.5, nan, nan, nan), (infinity, 0, 1, 0, infinity),
      (infinity, -1, 0, 0, nan), (-infinity, 3, -infinity, infinity, nan), (1e-30, 2, 0, 2e-30, 0),
      (1e30, 2, infinity, 2e30, infinity), (1, infinity, 1, infinity, 0), (0, 0.5, 0, infinity, 0),
      (-1, infinity, 1, infinity, nan), (0.5, infinity, 0, nan, 0),
      (2, infinity, infinity, infinity, infinity), (nan, 0, 1, 0, nan), (1, nan, 1, nan, 0),
    ]
    let (x, exponents) = (table.map(\.x), table.map(\.exponent))
    expectExtremes(x, values: table.map(\.value), gradients: table.map(\.ofX)) {
      pow($0, Tensor(exponents))
    }
    expectExtremes(exponents, values: table.map(\.value), gradients: table.map(\.ofExponent)) {
      pow(Tensor(x), $0)
    }
  }

  @Test func powersOfANumberAreThoseOfPyTorch() {
    let exponents: [Float] = [0, 1, -1, 200, -200, infinity, -infinity]
    let table: [(base: Float, values: [Float], gradients: [Float])] = [
      (
        0, [1, 0, infinity, 0, infinity, 0, infinity],
        [0, 0, -infinity, 0, -infinity, 0, -infinity]
      ),
      (
        2, [1, 2, 0.5, infinity, 0, infinity, 0],
        [0.6931471824645996, 1.3862943649291992, 0.3465735912322998, infinity, 0, infinity, 0]
      ),
      (-2, [1, -2, -0.5, infinity, 0, infinity, 0], Array(repeating: nan, count: 7)),
      (1, Array(repeating: 1, count: 7), Array(repeating: 0, count: 7)),
      (
        infinity, [1, infinity, 0, infinity, 0, infinity, 0],
        [infinity, infinity, nan, infinity, nan, infinity, nan]
      ),
    ]
    for (base, values, gradients) in table {
      expectExtremes(exponents, values: values, gradients: gradients, "base \(base)") {
        pow(base, $0)
      }
    }
  }
}
