import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct SequencePoolingLayerTests {
  @Test func layersAreTheFunctions() {
    let x = Tensor(hash: 1, [2, 3, 13])
    let pairs: [(any Layer, (Tensor) -> Tensor)] = [
      (MaxPool1D(2), { maxPool1D($0, kernelSize: 2) }),
      (
        MaxPool1D(3, stride: 2, padding: 1, ceilMode: true),
        { maxPool1D($0, kernelSize: 3, stride: 2, padding: 1, ceilMode: true) }
      ),
      (
        AveragePool1D(4, stride: 3, padding: 2, ceilMode: true, countsPadding: false),
        {
          averagePool1D(
            $0, kernelSize: 4, stride: 3, padding: 2, ceilMode: true, countsPadding: false)
        }
      ),
      (AdaptiveAveragePool1D(4), { adaptiveAveragePool1D($0, outputSize: 4) }),
      (AdaptiveMaxPool1D(4), { adaptiveMaxPool1D($0, outputSize: 4) }),
    ]
    for (layer, function) in pairs {
      expectIdentical(layer(x), function(x), "\(type(of: layer))")
      #expect(layer.parameters.isEmpty)
    }
    let images = Tensor(hash: 1, [2, 3, 7, 5])
    expectIdentical(AdaptiveMaxPool2D(3)(images), adaptiveMaxPool2D(images, outputSize: 3))
  }
}
