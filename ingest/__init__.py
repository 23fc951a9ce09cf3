"""Document -> structure -> figures and passages -> index. Imports nothing of assistant/ or evals/."""
