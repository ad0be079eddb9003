import GannetTensor
import TestSupport
import Testing

@Suite("Trace")
struct TraceTests {
  @Test(
    "a graph computes what was traced, on other values too",
    arguments: TracedSample.all)
  func everyOperation(_ sample: TracedSample) throws {
    func run(_ values: [GraphValue]) -> [GraphValue] {
      [.tensor(sample.function(values.map(\.tensor)))]
    }
    let (graph, results) = try Trace.graph(
      of: run, on: sample.inputs(seed: 1).map { .tensor($0) })
    withoutGradients {
      expectIdentical(results[0].tensor, sample.function(sample.inputs(seed: 1)))
      let others = sample.inputs(seed: 50)
      let wanted = sample.function(others)
      for computed in [GraphExecution(graph), GraphExecution(graph.fused())] {
        for _ in 0..<2 {  // the second time with kept forms
          expectClose(
            computed(others.map { .tensor($0) })[0].tensor, wanted, tolerance: 1e-6)
        }
      }
    }
  }

  @Test(
    "a trace of shapes has those of the results, and the same graph",
    arguments: TracedSample.all + [.longShortTermMemory])
  func shapes(_ sample: TracedSample) throws {
    let inputs = sample.inputs(seed: 1)
    let (graph, results) = try Trace.graph(
      of: { [.tensor(sample.function($0.map(\.tensor)))] }, on: inputs.map { .tensor($0) },
      computesValues: false)
    withoutGradients {
      let wanted = sample.function(inputs)
      #expect(results[0].shape == wanted.shape)
      expectIdentical(GraphExecution(graph)(inputs.map { .tensor($0) })[0].tensor, wanted)
    }
  }

  @Test("a trace of shapes computes constants")
  func constants() throws {
    let (graph, results) = try Trace.graph(
      of: { [.tensor($0[0].tensor + exp(Tensor([0, 0]) * 2))] }, on: [.tensor(Tensor([1, 2]))],
      computesValues: false)
    #expect(results[0].tensor.scalars == [0, 0])
    #expect(GraphExecution(graph)([.tensor(Tensor([1, 2]))])[0].tensor.scalars == [2, 3])
  }

  @Test("tokens and lengths are inputs like others")
  func integers() throws {
    let table = Tensor(hash: 1, [5, 4])
    func run(_ values: [GraphValue]) -> [GraphValue] {
      let x = table.rows(at: values[0].integers.transposed().sliced(0..<2, along: 0))
      let scores = x.transposed(0, 1)
      return [.tensor(maskedSoftmax(scores, .validLengths(values[1].integers)))]
    }
    let tokens: IntTensor = IntTensor([0, 1, 2, 3, 4, 0], shape: [2, 3])
    let (graph, _) = try Trace.graph(
      of: run, on: [.integers(tokens), .integers(IntTensor([2, 3]))])
    let others: [GraphValue] = [
      .integers(IntTensor([4, 3, 3, 2, 0, 1], shape: [2, 3])), .integers(IntTensor([1, 4])),
    ]
    expectIdentical(GraphExecution(graph)(others)[0].tensor, run(others)[0].tensor)
  }

  @Test("what a graph cannot do is named")
  func obstacles() {
    func obstacle(_ body: @escaping (Tensor) -> Tensor) -> String? {
      do throws(TraceError) {
        _ = try Trace.graph(of: { [.tensor(body($0[0].tensor))] }, on: [.tensor(Tensor([1, 2]))])
        return nil
      } catch {
        guard case .untraceable(let what) = error else { return "another error" }
        return what
      }
    }
    #expect(obstacle { $0.sum().scalar > 1 ? $0 : -$0 } == "reads a value")
    #expect(obstacle { Tensor($0.scalars.reversed()) } == "reads values")
    #expect(
      obstacle { x in
        Tensor.operation("own", inputs: [x]) {
          $0[0] * 2
        } backward: { dy, _, _ in
          [dy * 2]
        }
      } == "runs own")
    #expect(obstacle { $0 * 2 } == nil)
  }

  @Test("integers that depend on the inputs are not read unseen")
  func readIntegers() {
    func obstacle(_ body: @escaping (IntTensor) -> IntTensor) -> Bool {
      do throws(TraceError) {
        _ = try Trace.graph(
          of: { [.integers(body($0[0].integers))] }, on: [.integers(IntTensor([1, 0]))])
        return false
      } catch { return true }
    }
    #expect(obstacle { IntTensor($0.scalars.reversed()) })
    #expect(obstacle { $0.slices(at: IntTensor([1])) })
    #expect(obstacle { concatenate([$0, IntTensor([2])]) })
    #expect(!obstacle { $0.reshaped(to: [1, 2]).transposed() })
  }

  @Test("other numbers of examples: sizes follow, or the difference is named")
  func batches() throws {
    func graph(_ body: @escaping (Tensor) -> Tensor) throws -> Graph {
      func trace(_ count: Int) throws -> Graph {
        try Trace.graph(
          of: { [.tensor(body($0[0].tensor))] }, on: [.tensor(Tensor(hash: 1, [count, 2, 3]))]
        ).graph
      }
      return try trace(2).generalized(from: trace(1))
    }
    let flat = try graph { x in
      let token = Tensor([1, 2, 3]).expanded(to: [x.shape[0], 1, 3])
      return concatenate([token, x], along: 1).reshaped(to: [x.shape[0] * 9])
    }
    let x = Tensor(hash: 2, [5, 2, 3])
    let wanted = concatenate([Tensor([1, 2, 3]).expanded(to: [5, 1, 3]), x], along: 1)
    expectIdentical(
      GraphExecution(flat)([.tensor(x)])[0].tensor, wanted.reshaped(to: [45]))
    #expect(throws: TraceError.self) { try graph { $0.shape[0] == 1 ? exp($0) : log($0) } }
    #expect(throws: TraceError.self) {
      try graph { $0 + Tensor(ones: [$0.shape[0], 2, 3]).cumulativeSum(along: 0) }
    }
  }

  @Test("norms behind what has no weights stay, and constants that nothing reads go")
  func unfoldedNorms() throws {
    let p = (0..<4).map { Tensor(hash: UInt32($0), [3], low: 0.5, high: 1) }
    func block(_ x: Tensor) -> Tensor {
      func norm(_ x: Tensor) -> Tensor {
        batchNorm(x, mean: p[0], variance: p[1], weight: p[2], bias: p[3], activation: .relu)
      }
      let pooled = norm(maxPool2D(norm(x), kernelSize: 2))
      return norm(conv2D(pooled, weight: Tensor(hash: 5, [3, 3, 1, 1])))
    }
    let x = Tensor(hash: 20, [2, 3, 6, 6])
    let (graph, _) = try Trace.graph(of: { [.tensor(block($0[0].tensor))] }, on: [.tensor(x)])
    let fused = graph.fused()
    #expect(
      GraphExecution(fused).operationNames == ["batchNorm", "pooling", "batchNorm", "conv2D"])
    #expect(fused.constants.count == 6)
    expectClose(GraphExecution(fused)([.tensor(x)])[0].tensor, block(x), tolerance: 1e-5)
  }

  @Test("norms, sums and activations run in the pass before them")
  func fusion() throws {
    let parameters = (0..<4).map { Tensor(hash: UInt32($0), [4], low: 0.5, high: 1) }
    let weight = Tensor(hash: 9, [4, 4, 3, 3])
    func block(_ x: Tensor) -> Tensor {
      let y = conv2D(x, weight: weight, bias: parameters[0], padding: 1)
      let z = batchNorm(
        y, mean: parameters[0], variance: parameters[1], weight: parameters[2], bias: parameters[3])
      return relu(z + x)
    }
    let x = Tensor(hash: 20, [2, 4, 6, 6])
    let (graph, _) = try Trace.graph(
      of: { [.tensor(block($0[0].tensor))] }, on: [.tensor(x)])
    #expect(
      GraphExecution(graph).operationNames == ["conv2D", "batchNorm", "sum", "relu"])
    let fused = GraphExecution(graph.fused())
    #expect(fused.operationNames == ["conv2D"])
    expectClose(fused([.tensor(x)])[0].tensor, block(x), tolerance: 1e-5)
  }
}
