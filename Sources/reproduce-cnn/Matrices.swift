import Gannet
import Reproduction

// The book's first sections work on matrices, not on batches of images of many channels.

extension Tensor {
  /// A matrix, or several as channels, as a batch of one image.
  var asImage: Tensor { reshaped(to: (rank == 2 ? [1, 1] : [1]) + Array(shape)) }

  /// A batch of one image of one channel as a matrix.
  var asMatrix: Tensor { reshaped(to: Array(shape.suffix(2))) }

  /// The matrix turned by half a turn.
  var turned: Tensor { flipped(along: 0).flipped(along: 1) }

  /// The rows of a matrix as numbers.
  var rows: [[Double]] { unstacked().map { $0.scalars.map(Double.init) } }
}

/// The cross-correlation of two matrices by the library.
func correlate(_ x: Tensor, _ kernel: Tensor) -> Tensor {
  conv2D(x.asImage, weight: kernel.asImage).asMatrix
}

/// The cross-correlation of two matrices as it is defined: a sum over each window (section 7.2.1).
func correlateByHand(_ x: Tensor, _ kernel: Tensor) -> Tensor {
  let (height, width) = (kernel.shape[0], kernel.shape[1])
  return stack(
    (0...x.shape[0] - height).map { row in
      stack(
        (0...x.shape[1] - width).map { column in
          let window = x[row..<row + height].sliced(column..<column + width, along: 1)
          return (window * kernel).sum()
        })
    })
}
