// Training on several processes, by MPI where the trait MPI is on, else alone with the same bits.
//
// swift build -c release --traits Programs,MPI && scripts/distributed -n 2 .build/release/ManyRanks
import Foundation
import Gannet
import GannetMPI

// snippet.world
#if MPI
let ranks = try World()
#else
let ranks = SingleRank()
#endif
// snippet.training
seedRandom(7)
let model = Sequential {
  Linear(8, 64)
  BatchNorm1D(64)
  ReLU()
  Linear(64, 3)
}
model.synchronizeBatchNorms()  // of the whole batch's statistics; else each part has its own
let x = Tensor(normal: [512, 8])
let set = TensorDataset(features: x, labels: x.sliced(0..<3, along: 1).argmax(along: 1))
let trainer = Trainer(
  model, optimizer: AdamW(model.parameters), loss: .classification,
  distribution: ranks, shardsOptimizer: true)
trainer.comparisonInterval = 100
// The batch is that of all ranks together.
let history = try trainer.fit(DataLoader(set, batchSize: 64, shuffle: true), epochs: 2)
if ranks.isFirst { print("loss", history.epochs[1].trainingLoss) }
// snippet.loop
ranks.broadcast(model)
let optimizer = SGD(model.parameters, learningRate: 0.1)
let average = GradientAverage(of: model.parameters, over: ranks)
let loader = DataLoader(set, batchSize: 64 / ranks.rankCount, shuffle: true)
for batch in loader.makeIterator(overEvery: ranks.rankCount, from: ranks.rank) {
  optimizer.zeroGradients()
  average.backward(crossEntropy(model(batch.features), batch.labels))
  optimizer.step()
}
// snippet.end
