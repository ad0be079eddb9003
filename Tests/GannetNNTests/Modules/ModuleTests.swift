import GannetNN
import GannetTensor
import Testing

@Suite struct ModuleTests {
  @Test func findsParametersInEveryKindOfProperty() {
    let module = Everything()
    #expect(
      module.parameters.map(\.name)
        == [
          "inherited.weight", "inherited.bias",
          "scale",
          "list.0", "list.1.weight",
          "table.a.weight", "table.b.weight",
          "pair.0", "pair.second.weight",
          "settings.gain", "settings.inner.weight",
          "choice.some.weight",
          "present.weight",
          "_hidden.weight".dropFirst(1),
        ].map { String($0) })
    #expect(module.namedBuffers.map(\.name) == ["running"])
  }

  @Test func seesALazyPropertyOnceItIsSet() {
    let module = WithLazyPart()
    #expect(module.parameters.isEmpty)
    _ = module.late
    #expect(module.parameters.map(\.name) == ["late.weight"])
  }

  @Test func countsSharedPartsOnceUnderTheFirstPath() {
    let module = Tied()
    #expect(module.parameters.map(\.name) == ["first.weight", "first.bias", "copy"])
    #expect(module.parameters.scalarCount == 6 + 2 + 1)
    #expect(module.namedModules.map(\.name) == ["", "first", "parent"])
  }

  @Test func namesPartsOfASequenceByTheirIndex() {
    let model = Sequential {
      Linear(2, 3)
      ReLU()
      Sequential { Linear(3, 1, hasBias: false) }
    }
    #expect(model.parameters.map(\.name) == ["0.weight", "0.bias", "2.0.weight"])
    #expect(model.parameters.map(\.shape) == [[3, 2], [3], [1, 3]])
    #expect(model.namedModules.map(\.name) == ["", "0", "1", "2", "2.0"])
  }

  @Test func seesAReplacedPartInTheNextWalk() {
    let model = Sequential([Linear(2, 3), Linear(3, 4)])
    let before = model.parameters
    model[1] = Linear(3, 7, hasBias: false)
    #expect(before.map(\.shape) == [[3, 2], [3], [4, 3], [4]])
    #expect(model.parameters.map(\.shape) == [[3, 2], [3], [7, 3]])
  }

  @Test func selectsParametersByPattern() {
    let parameters = Sequential([Linear(2, 3), Linear(3, 4), Linear(4, 5)]).parameters
    #expect(parameters.matching("*.bias").map(\.name) == ["0.bias", "1.bias", "2.bias"])
    #expect(parameters.matching("1.*").map(\.name) == ["1.weight", "1.bias"])
    #expect(parameters.matching("2.weight").map(\.name) == ["2.weight"])
    #expect(parameters.matching("*.w*t").count == 3)
    #expect(parameters.excluding("*.bias").map(\.name) == ["0.weight", "1.weight", "2.weight"])
  }
}

private func part() -> Linear { Linear(2, 1, hasBias: false) }

private class Base: Module {
  let inherited = Linear(3, 2)
}

private final class Everything: Base {
  struct Settings {
    let gain = Parameter(Tensor(1))
    let inner = part()
    let rate = 0.5
  }

  enum Choice {
    case none
    case some(Linear)
  }

  let scale = Parameter(Tensor(ones: [4]))
  let list: [Any] = [Parameter(Tensor(1)), part()]
  let table = ["b": part(), "a": part()]
  let pair = (Parameter(Tensor(1)), second: part())
  let settings = Settings()
  let choice = Choice.some(part())
  let absent: Linear? = nil
  let present: Linear? = part()
  let running = Buffer(Tensor(zeros: [2]))
  let constant = Tensor(zeros: [2])
  private let _hidden = part()
}

private final class WithLazyPart: Module {
  lazy var late = part()
}

private final class Tied: Module {
  let first = Linear(3, 2)
  let second: Linear
  let weightAgain: Parameter
  let copy: Parameter
  let parent = Child()

  final class Child: Module {
    weak var owner: Tied?
  }

  init() {
    second = first
    weightAgain = first.weight
    copy = Parameter(Tensor(0))
    parent.owner = self
  }
}
