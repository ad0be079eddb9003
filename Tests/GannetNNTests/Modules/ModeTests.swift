import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ModeTests {
  @Test func trainingIsTheModeAtFirst() {
    let model = Sequential([Dropout(0.5), Sequential([Dropout(0.5)])])
    #expect(modes(model) == [true, true])
    model.eval()
    #expect(modes(model) == [false, false])
    model.train()
    #expect(modes(model) == [true, true])
  }

  @Test func evaluatingPutsEveryPartBack() {
    let (first, second) = (Dropout(0.5), Dropout(0.5))
    let model = Sequential([first, second])
    second.isTraining = false
    let x = Tensor(ones: [3]).requiringGradient()
    model.evaluating {
      #expect(modes(model) == [false, false])
      #expect(!(x * 2).requiresGradient)
    }
    #expect(modes(model) == [true, false])
    model.training {
      #expect(modes(model) == [true, false])  // which was switched by itself
      #expect((x * 2).requiresGradient)
    }
    #expect(modes(model) == [true, false])
    model.eval()
    model.training { #expect(modes(model) == [true, true]) }
    #expect(modes(model) == [false, false])
  }

  @Test func evaluatingPutsEveryPartBackAfterAnError() {
    struct Stop: Error {}
    func fail() throws { throw Stop() }
    let model = Sequential([Dropout(0.5)])
    #expect(throws: Stop.self) { try model.evaluating { try fail() } }
    #expect(modes(model) == [true])
  }

  @Test func withoutGradientsLeavesTheModeAlone() {
    let dropout = Dropout(0.5)
    let x = Tensor(ones: [1_000])
    let y = withoutGradients { dropout(x) }
    #expect(dropout.isTraining)
    #expect(y.scalars.contains(0))
  }

  @Test func predictionDropsNothing() {
    let dropout = Dropout(0.9)
    dropout.eval()
    let x = Tensor(hash: 1, [7, 5])
    expectIdentical(dropout(x), x)
  }

  private func modes(_ model: Sequential) -> [Bool] {
    model.namedModules.compactMap { ($0.module as? Dropout)?.isTraining }
  }
}

@Suite struct FreezingTests {
  @Test func aFrozenParameterIsAConstant() {
    let layer = Linear(3, 2)
    let x = Tensor(hash: 1, [4, 3])
    layer(x).sum().backward()
    #expect(layer.weight.gradient != nil)
    layer.freeze("weight")
    #expect(layer.weight.gradient == nil)
    layer(x).sum().backward()
    #expect(layer.weight.gradient == nil)
    #expect(layer.bias?.gradient?.scalars == [8, 8])  // of both passes
    layer.unfreeze()
    layer(x).sum().backward()
    #expect(layer.weight.gradient != nil)
  }

  @Test func patternsSelectFrozenParts() {
    let model = Sequential([Linear(2, 2), Linear(2, 2)])
    model.freeze("0.*")
    #expect(model.parameters.map(\.isFrozen) == [true, true, false, false])
    model.unfreeze("*.bias")
    #expect(model.parameters.map(\.isFrozen) == [true, false, false, false])
    model.freeze()
    #expect(model.parameters.allSatisfy { $0.isFrozen })
  }

  @Test func anOptimizerPassesFrozenParametersBy() {
    let model = Sequential([Linear(3, 3), Linear(3, 3)])
    model.freeze("0.*")
    let before = model.parameters.map { $0.value.scalars }
    let optimizer = SGD(model.parameters, learningRate: 0.1, weightDecay: 0.1)
    model(Tensor(hash: 1, [2, 3])).sum().backward()
    optimizer.step()
    let after = model.parameters.map { $0.value.scalars }
    #expect(zip(before, after).map { $0 == $1 } == [true, true, false, false])
  }

  @Test func aPatternWithoutAMatchStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      Linear(2, 2).freeze("wieght")
    }
    expectMessage(result, "freeze: no parameter is named wieght")
  }
}
