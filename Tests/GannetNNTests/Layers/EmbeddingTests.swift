import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct EmbeddingTests {
  private let weight = Tensor(hash: 1, [7, 4])
  private let tokens = IntTensor([3, 0, 6, 3, 3, 1], shape: [2, 3])

  @Test func shapesAreAsDocumented() {
    let embedding = Embedding(10, 4)
    #expect(embedding.weight.shape == [10, 4])
    #expect(embedding.parameters.map(\.name) == ["weight"])
    #expect(embedding(IntTensor([1, 2, 3])).shape == [3, 4])
    #expect(embedding(tokens).shape == [2, 3, 4])
    #expect(embedding(IntTensor([], shape: [0])).shape == [0, 4])
  }

  @Test func itIsTheProductWithOneHotVectors() {
    let embedding = Embedding(weight: weight)
    let oneHot = Tensor(
      tokens.scalars.flatMap { token in (0..<7).map { $0 == token ? 1 : 0 } }, shape: [6, 7])
    let leaf = weight.requiringGradient()
    let product = matmul(oneHot, leaf)
    let vectors = embedding(tokens)
    expectIdentical(vectors.reshaped(to: [6, 4]), product)
    let seed = Tensor(hash: 2, [6, 4])
    product.backward(seed: seed)
    vectors.backward(seed: seed.reshaped(to: [2, 3, 4]))
    expectClose(embedding.weight.gradient!, leaf.gradient!, tolerance: 1e-6)
  }

  @Test func gradientsAreThoseOfDifferences() {
    expectGradients([weight]) { $0[0].slices(at: tokens, along: 0) }
  }

  @Test func rowsStartNormal() {
    let scalars = withRandomSeed(5) { Embedding(500, 80).weight.value.scalars }
    let mean = scalars.reduce(0, +) / 40_000
    let variance = scalars.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
    #expect(abs(mean) < 0.025 && abs(variance - 1) < 0.04)
  }

  @Test func thePaddingStartsAsZerosAndGetsNoGradient() {
    let embedding = Embedding(7, 4, paddingIndex: 3)
    #expect(embedding.weight.value[3].scalars == [0, 0, 0, 0])
    #expect(!embedding.weight.value[2].scalars.contains(0))
    embedding(tokens).sum().backward()
    let gradient = embedding.weight.gradient!
    #expect(gradient[3].scalars == [0, 0, 0, 0])
    #expect(gradient[0].scalars == [1, 1, 1, 1])
    let optimizer = SGD(embedding.parameters, learningRate: 0.1)
    optimizer.step()
    #expect(embedding.weight.value[3].scalars == [0, 0, 0, 0])
  }

  @Test func aGivenPaddingVectorIsUsed() {
    let embedding = Embedding(weight: weight, paddingIndex: 3)
    expectIdentical(embedding(tokens), Embedding(weight: weight)(tokens))
  }

  @Test func gradientsAddUpOverPassesAndWithOtherUses() {
    let other = IntTensor([6, 2])
    // As rows: two passes. As a whole: rows on top of a product's gradient, and below it.
    for (before, after) in [(false, false), (true, false), (false, true)] {
      let (embedding, leaf) = (Embedding(weight: weight), weight.requiringGradient())
      if before { matmul(Tensor(hash: 3, [2, 7]), embedding.weight.value).sum().backward() }
      embedding(tokens).backward(seed: Tensor(hash: 2, [2, 3, 4]))
      embedding(other).backward(seed: Tensor(hash: 4, [2, 4]))
      #expect((embedding.weight.node.rowGradient != nil) == !before)
      if after { matmul(Tensor(hash: 3, [2, 7]), embedding.weight.value).sum().backward() }
      if before || after { matmul(Tensor(hash: 3, [2, 7]), leaf).sum().backward() }
      leaf.slices(at: tokens).backward(seed: Tensor(hash: 2, [2, 3, 4]))
      leaf.slices(at: other).backward(seed: Tensor(hash: 4, [2, 4]))
      expectClose(embedding.weight.gradient!, leaf.gradient!, tolerance: 1e-6)
    }
  }

  @Test func tiedWeightsGetBothGradients() {
    let embedding = Embedding(weight: weight)
    let leaf = weight.requiringGradient()
    let scores = { (w: Tensor, vectors: Tensor) in
      square(matmul(vectors.reshaped(to: [6, 4]), w.transposed())).sum()
    }
    scores(embedding.weight.value, embedding(tokens)).backward()
    scores(leaf, leaf.slices(at: tokens)).backward()
    expectClose(embedding.weight.gradient!, leaf.gradient!, tolerance: 1e-6)
  }

  @Test func asAFunctionItHasSecondDerivatives() {
    let vectors = { (w: Tensor) in w.rows(at: tokens, constant: 6) }
    let leaf = weight.requiringGradient()
    let first = gradients(of: square(vectors(leaf)).sum(), withRespectTo: [leaf], recording: true)
    let second = gradients(of: first[0].sum(), withRespectTo: [leaf])
    // 2 w for each time that a token comes, none for the constant one.
    let counts = Tensor([1, 1, 0, 3, 0, 0, 0], shape: [7, 1])
    expectClose(first[0].detached(), weight * counts * 2, tolerance: 1e-6)
    expectClose(second[0], Tensor(zeros: [7, 4]) + counts * 2, tolerance: 1e-6)
    #expect(leaf.gradient == nil)
  }

  @Test func onlyRowsThatCameAreKeptClippedAndChanged() {
    let embedding = Embedding(weight: weight)
    let whole = Parameter(weight)
    let optimizers = [
      SGD(embedding.parameters, learningRate: 0.5), SGD(Parameters([whole]), learningRate: 0.5),
    ]
    for limit in [100, 0.25] as [Float] {
      for optimizer in optimizers { optimizer.zeroGradients() }
      square(embedding(tokens)).sum().backward()
      square(whole.value.slices(at: tokens)).sum().backward()
      #expect(embedding.weight.node.rowGradient?.rows.scalars == [3, 0, 6, 1])
      let norms = [embedding.parameters, Parameters([whole])].map {
        $0.clipGradients(toNorm: limit)
      }
      #expect(abs(norms[0] - norms[1]) < 1e-5 * norms[1])
      for optimizer in optimizers { optimizer.step() }
      #expect(embedding.weight.node.rowGradient != nil)
      expectClose(embedding.weight.value.detached(), whole.value.detached(), tolerance: 1e-6)
    }
  }

  @Test(arguments: ["momentum", "decay", "Adam"])
  func otherOptimizersDoAsWithTheWhole(_ name: String) {
    let (embedding, whole) = (Embedding(weight: weight), Parameter(weight))
    let optimizers = [embedding.parameters, Parameters([whole])].map { parameters -> Optimizer in
      switch name {
      case "momentum": SGD(parameters, learningRate: 0.1, momentum: 0.9)
      case "decay": SGD(parameters, learningRate: 0.1, weightDecay: 0.1)
      default: Adam(parameters, learningRate: 0.1)
      }
    }
    for tokens in [tokens, IntTensor([2, 2]), tokens] {
      for optimizer in optimizers { optimizer.zeroGradients() }
      square(embedding(tokens)).sum().backward()
      square(whole.value.slices(at: tokens)).sum().backward()
      for optimizer in optimizers { optimizer.step() }
    }
    expectClose(embedding.weight.value.detached(), whole.value.detached(), tolerance: 1e-6)
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    let tokens = HashSequence.labels(3_000, classes: 50, seed: 1)
    func gradient(_ threads: Int) -> Tensor {
      onThreads(threads) {
        let embedding = Embedding(weight: Tensor(hash: 1, [50, 300]))
        embedding(tokens).backward(seed: Tensor(hash: 2, [3_000, 300]))
        return embedding.weight.gradient!
      }
    }
    let one = gradient(1)
    expectIdentical(gradient(2), one)
    expectIdentical(gradient(3), one)
  }

  @Test func tokensOutOfRangeStop() async {
    let token = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(5, 2)(IntTensor([5]))
    }
    expectMessage(token, "index 5 is not in 0..<5")
    let padding = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(5, 2, paddingIndex: 5)
    }
    expectMessage(padding, "Embedding: paddingIndex 5 is not in 0..<5")
  }
}
