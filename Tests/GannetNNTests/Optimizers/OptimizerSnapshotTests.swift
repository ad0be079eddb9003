import GannetNN
import GannetTensor
import TestSupport
import Testing

/// An optimizer must not silently leave a part of its module untrained.
@Suite struct OptimizerSnapshotTests {
  @Test func aSwappedHeadIsRefusedByName() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = Network()
      let optimizer = SGD(model.parameters, learningRate: 0.1)
      model.head = Linear(3, 5)
      model.train(with: optimizer)
    }
    expectMessage(result, "parameter head.weight [5, 3] has a gradient but is not among")
  }

  @Test func aPartMadeBeforeAndAttachedAfterIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = Network()
      let head = Linear(3, 5)
      // It has collected a gradient, too, and an optimizer has looked, before it was attached.
      head(Tensor(zeros: [1, 3])).sum().backward()
      let optimizer = SGD(model.parameters, learningRate: 0.1)
      model.train(with: optimizer)
      model.head = head
      model.train(with: optimizer)
    }
    expectMessage(result, "parameter head.weight [5, 3] has a gradient but is not among")
  }

  @Test func aLazyPartIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      final class Late: Module {
        lazy var part = Linear(2, 2)
      }
      let model = Late()
      let optimizer = SGD(model.parameters, learningRate: 0.1)
      model.part(Tensor(zeros: [1, 2])).sum().backward()
      optimizer.step()
    }
    expectMessage(result, "parameter part.weight [2, 2] has a gradient but is not among")
  }

  @Test func theOptimizerOfAnotherModelDoesNotHideIt() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (model, other) = (Network(), Network())
      let optimizer = SGD(model.parameters, learningRate: 0.1)
      let another = SGD(other.parameters, learningRate: 0.1)
      model.head = Linear(3, 2)
      other(model(Tensor(zeros: [1, 2]))).sum().backward()
      another.step()
      optimizer.step()
    }
    expectMessage(result, "parameter head.weight [2, 3] has a gradient but is not among")
  }

  @Test func everySecondModelIsLeftAlone() {
    let (model, other, unowned) = (Network(), Network(), Network())
    let optimizer = SGD(model.parameters, learningRate: 0.1)
    let another = SGD(other.parameters, learningRate: 0.1)
    let w = Tensor(1).requiringGradient()
    let x = Tensor(hash: 1, [2, 2])
    (other(model(x)) + unowned(model(x)) * w).sum().backward()
    optimizer.step()
    another.step()
    #expect(optimizer.stepCount == 1 && another.stepCount == 1)
    #expect(unowned.head.weight.gradient != nil && w.gradient != nil)
  }

  @Test func aFrozenPartIsLeftAlone() {
    let model = Network()
    let optimizer = SGD(model.parameters, learningRate: 0.1)
    model.head = Linear(3, 2)
    model.freeze("head.*")
    model.train(with: optimizer)
    #expect(optimizer.stepCount == 1)
  }

  @Test func twoOptimizersMayShareAModel() {
    let model = withRandomSeed(1) { Network() }
    let body = SGD(model.parameters.matching("body.*"), learningRate: 0.1)
    let head = SGD(model.parameters.matching("head.*"), learningRate: 0.2)
    let before = model.parameters.map { $0.value.scalars }
    model.train(with: body)
    head.step()
    let after = model.parameters.map { $0.value.scalars }
    #expect(zip(before, after).allSatisfy { $0 != $1 })
  }

  @Test func aParameterInTwoGroupsIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = Network()
      _ = SGD(groups: [
        ParameterGroup(model.parameters, learningRate: 0.1),
        ParameterGroup(model.parameters.matching("*bias"), learningRate: 0.2),
      ])
    }
    expectMessage(result, "Optimizer: parameter body.bias is in two groups")
  }

  @Test func ratesThatAreNoNumbersAreRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = SGD(Network().parameters, learningRate: -0.1)
    }
    expectMessage(result, "Optimizer: learningRate -0.1, expected 0 or more")
  }
}

private final class Network: Module {
  let body = Linear(2, 3)
  var head = Linear(3, 2)

  func callAsFunction(_ x: Tensor) -> Tensor { head(relu(body(x))) }

  func train(with optimizer: Optimizer) {
    optimizer.zeroGradients()
    self(Tensor(hash: 1, [4, 2])).sum().backward()
    optimizer.step()
  }
}
