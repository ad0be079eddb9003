import GannetNN
import GannetTensor

/// The division of an optimizer's work among ranks: each updates some of the parameters, or blocks of
/// them, and alone has their state, such as Adam's moments, and then sends their values to the others
/// (stage 1 of ZeRO: Rajbhandari et al., 2020). The updates are independent of each other, so the bits
/// are those of each rank doing all.
package final class OptimizerShards {
  private struct Item {
    let index: Int
    let block: UpdateBlock
    let number: Int
    let owner: Int
    /// The place of its values among those of all.
    let range: Range<Int>
  }

  private let optimizer: Optimizer
  private let parameters: [Parameter]
  private let distribution: any Distribution
  /// The blocks of all parameters, in the order of their owners.
  private let items: [Item]

  init(of optimizer: Optimizer, over distribution: any Distribution) {
    self.optimizer = optimizer
    self.distribution = distribution
    parameters = optimizer.groups.flatMap(\.parameters)
    let blocks = parameters.map(optimizer.blocks)
    items = Self.items(of: blocks, ranks: distribution.rankCount)
    var owns = blocks.map { $0.map { _ in false } }
    for item in items where item.owner == distribution.rank { owns[item.index][item.number] = true }
    optimizer.owns = owns
  }

  private static func items(of blocks: [[UpdateBlock]], ranks: Int) -> [Item] {
    let places = blocks.indices.flatMap { index in blocks[index].indices.map { (index, $0) } }
    let owners = owners(ofCosts: places.map { blocks[$0.0][$0.1].cost }, ranks: ranks)
    let order = places.indices.sorted { (owners[$0], $0) < (owners[$1], $1) }
    var end = 0
    return order.map { place in
      let (index, number) = places[place]
      let block = blocks[index][number]
      defer { end += block.count }
      return Item(
        index: index, block: block, number: number, owner: owners[place],
        range: end..<end + block.count)
    }
  }

  /// Assigns the costliest first, each to the rank with the least cost so far.
  package static func owners(ofCosts costs: [Double], ranks: Int) -> [Int] {
    var loads = [Double](repeating: 0, count: ranks)
    var owners = [Int](repeating: 0, count: costs.count)
    for index in costs.indices.sorted(by: { (-costs[$0], $0) < (-costs[$1], $1) }) {
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
      owners[index] = rank
      loads[rank] += costs[index]
    }
    return owners
  }

  /// Gives all ranks the values of the parameters after a step.
  func gatherValues() {
    guard distribution.rankCount > 1, let last = items.last else { return }
    let values = Tensor(uninitialized: [last.range.upperBound])
    let memory = UnsafeMutableBufferPointer(start: values.pointer, count: values.count)
    var counts = [Int](repeating: 0, count: distribution.rankCount)
    for item in items {
      counts[item.owner] += item.range.count
      if item.owner == distribution.rank {
        parameters[item.index].value.read(item.block, into: memory[item.range])
      }
    }
    distribution.allGather(memory, counts: counts, for: "the values of the parameters")
    withoutGradients {
      for item in items where item.owner != distribution.rank {
        parameters[item.index].value.write(item.block, from: memory[item.range])
      }
    }
  }

  /// The optimizer's memories with the state tensors of all ranks.
  func completeMemories() -> [ParameterMemory] {
    var memories = optimizer.memories
    for item in items where memories[item.index].updateCount > 0 {
      let shapes = optimizer.memoryShapes(of: parameters[item.index], block: item.number)
      for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
        let own = memories[item.index].tensors[name] ?? Tensor(zeros: shape)
        memories[item.index].tensors[name] =
          distribution.broadcast(
            [own], from: item.owner, for: "the optimizer's state")[0]
      }
    }
    return memories
  }
}

extension Tensor {
  /// The places of a block's rows in this contiguous tensor.
  private func rows(of block: UpdateBlock) -> [Range<Int>] {
    let width = shape.dropFirst().reduce(1, *)
    return block.rows.map { row in
      row * width + block.columns.lowerBound..<row * width + block.columns.upperBound
    }
  }

  /// Copies a block's elements.
  fileprivate func read(
    _ block: UpdateBlock, into values: Slice<UnsafeMutableBufferPointer<Float>>
  ) {
    withScalars { scalars in
      var target = values.base.baseAddress! + values.startIndex
      for row in rows(of: block) {
        target.update(from: scalars.baseAddress! + row.lowerBound, count: row.count)
        target += row.count
      }
    }
  }

  /// Sets a block's elements in place.
  fileprivate mutating func write(
    _ block: UpdateBlock, from values: Slice<UnsafeMutableBufferPointer<Float>>
  ) {
    prepareToWrite()
    var source = values.base.baseAddress! + values.startIndex
    for row in rows(of: block) {
      (pointer + row.lowerBound).update(from: source, count: row.count)
      source += row.count
    }
  }
}
