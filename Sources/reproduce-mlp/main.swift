print("reproduce-mlp")
