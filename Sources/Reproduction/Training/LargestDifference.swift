import Gannet

/// The largest difference between elements of two tensors of one shape.
package func largestDifference(_ a: Tensor, _ b: Tensor) -> Double {
  Double(abs(a - b).max().scalar)
}
